import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import { type Account, documentIn, type Resource, tagsOf } from './resource.ts';

/** Roles, instance profiles and keys. */
export async function identitiesIn(account: Account): Promise<Resource[]> {
  const client = new iam.IAMClient(account);
  return [...(await roles(client)), ...(await profiles(client)), ...(await keys(new kms.KMSClient(account)))];
}

async function roles(client: iam.IAMClient): Promise<Resource[]> {
  const found: Resource[] = [];
  for await (const { Roles = [] } of iam.paginateListRoles({ client }, {}))
    for (const { RoleName = '', Arn = '' } of Roles) {
      const { Role } = await client.send(new iam.GetRoleCommand({ RoleName }));
      const { AttachedPolicies } = await client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
      found.push({
        type: 'role',
        id: Arn,
        tags: tagsOf(Role?.Tags),
        properties: {
          Arn,
          Description: Role?.Description,
          MaxSessionDuration: Role?.MaxSessionDuration,
          PermissionsBoundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
          Trust: documentIn(Role?.AssumeRolePolicyDocument),
          AttachedPolicies: AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
          Policies: await inlinePolicies(client, RoleName),
        },
      });
    }
  return found;
}

async function inlinePolicies(client: iam.IAMClient, RoleName: string): Promise<Record<string, unknown>> {
  const { PolicyNames = [] } = await client.send(new iam.ListRolePoliciesCommand({ RoleName }));
  const policies: Record<string, unknown> = {};
  for (const PolicyName of PolicyNames) {
    const { PolicyDocument } = await client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName }));
    policies[PolicyName] = documentIn(PolicyDocument);
  }
  return policies;
}

async function profiles(client: iam.IAMClient): Promise<Resource[]> {
  const { InstanceProfiles = [] } = await client.send(new iam.ListInstanceProfilesCommand({}));
  return Promise.all(
    InstanceProfiles.map(async ({ InstanceProfileName = '', Arn = '' }) => {
      const answer = await client.send(new iam.GetInstanceProfileCommand({ InstanceProfileName }));
      return {
        type: 'instance-profile',
        id: Arn,
        tags: tagsOf(answer.InstanceProfile?.Tags),
        properties: { Arn, Roles: answer.InstanceProfile?.Roles?.map((role) => role.Arn) },
      };
    }),
  );
}

/** Keys that can be used; one whose deletion is scheduled is as good as gone, and AWS lets none go sooner. */
async function keys(client: kms.KMSClient): Promise<Resource[]> {
  const { Keys = [] } = await client.send(new kms.ListKeysCommand({}));
  const { Aliases = [] } = await client.send(new kms.ListAliasesCommand({}));
  const found: Resource[] = [];
  for (const { KeyId = '' } of Keys) {
    const { KeyMetadata } = await client.send(new kms.DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyState === 'PendingDeletion' || KeyMetadata?.KeyManager === 'AWS') continue;
    const { Tags } = await client.send(new kms.ListResourceTagsCommand({ KeyId }));
    const { Policy } = await client.send(new kms.GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    const isSymmetric = KeyMetadata?.KeySpec === 'SYMMETRIC_DEFAULT';
    const rotation = isSymmetric ? await client.send(new kms.GetKeyRotationStatusCommand({ KeyId })) : undefined;
    found.push({
      type: 'key',
      id: KeyId,
      tags: tagsOf(Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }))),
      properties: {
        KeySpec: KeyMetadata?.KeySpec,
        KeyUsage: KeyMetadata?.KeyUsage,
        KeyState: KeyMetadata?.KeyState,
        MultiRegion: KeyMetadata?.MultiRegion,
        Description: KeyMetadata?.Description,
        KeyRotationEnabled: rotation?.KeyRotationEnabled,
        Policy: documentIn(Policy),
        Aliases: Aliases.filter(({ TargetKeyId }) => TargetKeyId === KeyId).map(({ AliasName }) => AliasName),
      },
    });
  }
  return found;
}
