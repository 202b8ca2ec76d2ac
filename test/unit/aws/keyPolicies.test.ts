import { assumeRole } from '../../../local/cloud/iam/assumeRole.ts';
import { callAs } from '../../../local/cloud/sdk.ts';
import { signWith } from '../../../shared/aws/kms.ts';
import { type AuthorityRow, listAuthorities } from '../../../shared/store/authorities.ts';
import { type Machine, type NodeApiWorld, nodeApiWorld } from '../nodeApi/nodeApiWorld.ts';

/** Both kinds of machine are given every right over every key: what remains is what the keys' own policies say. */
async function aWorldOfGenerousRoles(): Promise<{ node: NodeApiWorld; rows: ReadonlyMap<string, AuthorityRow> }> {
  const node = await nodeApiWorld();
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
  });
  for (const role of ['master', 'worker']) {
    const RoleName = `demo-x7k2p-us-east-1-${role}`;
    await node.aws.call('iam:PutRolePolicy', { RoleName, PolicyName: 'everything', PolicyDocument });
  }
  await node.aws.world.clock.advance({ minutes: 1 });
  const rows = await node.as(() => listAuthorities('demo-x7k2p'));
  return { node, rows: new Map(rows.map((row) => [row.name, row])) };
}

const decrypt = ({ aws }: NodeApiWorld, { session }: Machine, row: AuthorityRow | undefined, context: object) =>
  aws.callAs<{ Plaintext: Uint8Array }>(session, 'kms:Decrypt', {
    KeyId: row?.keyArn,
    CiphertextBlob: Buffer.from(row?.ciphertext ?? '', 'base64'),
    EncryptionContext: context,
  });

const denied = { name: expect.stringContaining('AccessDenied') };

test('a CA’s key signs for nobody but the named functions, not for a role with every right', async () => {
  const { node, rows } = await aWorldOfGenerousRoles();
  const { cloud, world } = node.aws;
  const keyArn = rows.get('kubernetes-ca')?.keyArn ?? '';
  const sign = (principal: Machine['session']) =>
    world.clock.runUntil(callAs({ cloud, principal }, () => signWith(keyArn, Buffer.from('a certificate'))));
  await expect(sign(node.master.session)).rejects.toMatchObject(denied);
  for (const [operation, input] of [
    ['kms:ScheduleKeyDeletion', { PendingWindowInDays: 7 }],
    ['kms:PutKeyPolicy', { PolicyName: 'default', Policy: '{"Version":"2012-10-17","Statement":[]}' }],
    ['kms:CreateGrant', { GranteePrincipal: node.master.session.roleArn, Operations: ['Sign'] }],
  ] as const) {
    await expect(node.aws.callAs(node.master.session, operation, { KeyId: keyArn, ...input })).rejects.toMatchObject(
      denied,
    );
  }
});

test('a role that is named like a function’s may not delete a CA’s key; the functions’ own may', async () => {
  const { node, rows } = await aWorldOfGenerousRoles();
  const KeyId = rows.get('kubernetes-ca')?.keyArn;
  const deleteAs = async (RoleName: string) => {
    const session = await aGenerousRole(node, RoleName);
    return node.aws.callAs(session, 'kms:ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  };
  await expect(deleteAs('kubestep-test-DeleteKeysRole-COPY')).rejects.toMatchObject(denied);
  await expect(deleteAs('kubestep-test-DeleteKeysRole-1X2Y3Z')).resolves.toMatchObject({ KeyState: 'PendingDeletion' });
});

/** A role of this name with every right over every key. */
async function aGenerousRole({ aws }: NodeApiWorld, RoleName: string): Promise<Machine['session']> {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const rights = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
  const document = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const { Role } = await aws.call<{ Role: { Arn: string } }>('iam:CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: document(trust),
  });
  await aws.call('iam:PutRolePolicy', { RoleName, PolicyName: 'everything', PolicyDocument: document(rights) });
  await aws.world.clock.advance({ minutes: 1 });
  return assumeRole(aws.world, Role.Arn, 'session', 'lambda.amazonaws.com');
}

test('wrapped keys open for masters only, and only as what they were wrapped as', async () => {
  const { node, rows } = await aWorldOfGenerousRoles();
  const row = rows.get('secrets-encryption');
  const context = { clusterId: 'demo-x7k2p', purpose: 'secrets-encryption' };
  expect((await decrypt(node, node.master, row, context)).Plaintext).toHaveLength(32);
  await expect(decrypt(node, node.worker, row, context)).rejects.toMatchObject(denied);
  await expect(decrypt(node, node.master, row, { ...context, clusterId: 'other-aaaaa' })).rejects.toMatchObject(denied);
  await expect(decrypt(node, node.master, row, { ...context, purpose: 'service-account' })).rejects.toThrow();
});

test('no key is ever made in plain sight, and the first that is stored is everybody’s', async () => {
  const { node, rows } = await aWorldOfGenerousRoles();
  const KeyId = rows.get('secrets-encryption')?.keyArn;
  const inPlainSight = {
    KeyId,
    KeySpec: 'AES_256',
    EncryptionContext: { clusterId: 'demo-x7k2p', purpose: 'secrets-encryption' },
  };
  await expect(node.aws.callAs(node.master.session, 'kms:GenerateDataKey', inPlainSight)).rejects.toMatchObject(denied);
  expect([...rows.keys()].sort()).toEqual([
    'etcd-ca',
    'front-proxy-ca',
    'kubernetes-ca',
    'secrets-encryption',
    'service-account',
  ]);
});
