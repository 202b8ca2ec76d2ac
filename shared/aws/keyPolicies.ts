import type { KeyBlueprint, RoleBlueprint } from '../blueprint/blueprint.ts';
import type { Plan } from '../blueprint/plan.ts';

/** A key's resource policy, as IAM reads it. */
export interface KeyPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly KeyPolicyStatement[];
}

export interface KeyPolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: '*' | { readonly AWS: string };
  readonly Action: string | readonly string[];
  /** In a key policy, this key. */
  readonly Resource: '*';
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Who may do what with a cluster's key. The account's own policies decide within what is not denied here. */
export function keyPolicy(key: KeyBlueprint, plan: Plan): KeyPolicy {
  const { partition, account } = plan.facts;
  const delegation = allow('DelegateToTheAccount', `arn:${partition}:iam::${account}:root`, 'kms:*');
  return { Version: '2012-10-17', Statement: [delegation, ...statementsFor(key, plan)] };
}

function statementsFor(key: KeyBlueprint, plan: Plan): readonly KeyPolicyStatement[] {
  switch (key.purpose) {
    case 'authority':
      return authorityStatements(plan);
    case 'secrets':
      return secretsStatements(plan);
    case 'volumes':
      return volumeStatements(plan);
  }
}

/** Administrators of an account are usually given `kms:*`: a denial is what keeps them from signing as a cluster's CA. */
function authorityStatements({ facts }: Plan): readonly KeyPolicyStatement[] {
  const { signingRoleArns } = facts.deployment;
  return [
    denyAllBut('OnlyNamedRolesSign', signingRoleArns, ['kms:Sign']),
    ...keptStatements(facts),
    deny('NobodyLendsOrDisables', ['kms:CreateGrant', 'kms:DisableKey']),
  ];
}

/**
 * What the key wraps is for the cluster's masters, and only as what it was wrapped as. Anyone who could change the policy, copy
 * the key to another Region under a policy of their own, or have ciphertexts wrapped under another key would read it all the
 * same, in two steps.
 */
function secretsStatements({ facts, blueprint }: Plan): readonly KeyPolicyStatement[] {
  const masters = blueprint.roles.filter(({ key }) => key === 'master').map((role) => roleArn(role, facts));
  return [
    denyAllBut('OnlyMastersUnwrap', masters, ['kms:Decrypt']),
    {
      ...deny('OnlyForThisCluster', [
        'kms:Decrypt',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:GenerateDataKeyPairWithoutPlaintext',
      ]),
      Condition: { StringNotEquals: { 'kms:EncryptionContext:clusterId': facts.clusterId } },
    },
    deny('NobodySeesPlaintextWhileItIsMade', ['kms:GenerateDataKey', 'kms:GenerateDataKeyPair']),
    ...keptStatements(facts),
    deny('NobodyLendsCopiesOrDisables', [
      'kms:CreateGrant',
      'kms:DisableKey',
      'kms:ReEncrypt*',
      'kms:ReplicateKey',
      'kms:UpdatePrimaryRegion',
    ]),
  ];
}

/** One role alone may change who may do what, so that a later release can let further roles in; two may delete. */
function keptStatements({ deployment }: Plan['facts']): readonly KeyPolicyStatement[] {
  return [
    denyAllBut('OneRoleChangesThisPolicy', [deployment.keyPolicyRoleArn], ['kms:PutKeyPolicy']),
    denyAllBut('OnlyItsFunctionsDelete', deployment.keyDeletionRoleArns, ['kms:ScheduleKeyDeletion']),
  ];
}

/** Auto Scaling starts instances with encrypted volumes in its own name (source: "Required KMS key policy for use with encrypted volumes"). */
function volumeStatements({ facts }: Plan): readonly KeyPolicyStatement[] {
  const autoScaling = `arn:${facts.partition}:iam::${facts.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
  const use = ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  return [
    allow('AutoScalingUsesIt', autoScaling, use),
    {
      ...allow('AutoScalingLendsItToVolumes', autoScaling, 'kms:CreateGrant'),
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
    ...keptStatements(facts),
  ];
}

const deny = (Sid: string, Action: string | readonly string[]): KeyPolicyStatement => ({
  Sid,
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: '*',
});

const denyAllBut = (Sid: string, roleArns: readonly string[], Action: readonly string[]): KeyPolicyStatement => ({
  ...deny(Sid, Action),
  Condition: { ArnNotEquals: { 'aws:PrincipalArn': roleArns } },
});

const allow = (Sid: string, AWS: string, Action: string | readonly string[]): KeyPolicyStatement => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  Resource: '*',
});

const roleArn = (role: RoleBlueprint, { partition, account }: Plan['facts']) =>
  `arn:${partition}:iam::${account}:role${role.path}${role.name}`;
