import type { Cloud } from '../../cloud/cloud.ts';
import { administratorCalls } from '../administrator.ts';
import type { Deployer, ResourceToDeploy } from '../deploy.ts';

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: object;
}

/** An unnamed role gets a name of the stack, the logical id and chance, as in CloudFormation. */
export const deployRole: Deployer = async (resource, cloud) => {
  const call = administratorCalls(cloud, 'iam');
  const { AssumeRolePolicyDocument, Policies = [], ManagedPolicyArns = [], RoleName: given } = resource.properties;
  const RoleName =
    resource.existing?.ref ?? ((given as string) || `kubestep-${resource.logicalId}-${cloud.world.random.hex(12)}`);
  const trust = JSON.stringify(AssumeRolePolicyDocument);
  if (resource.existing) await call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: trust });
  else await call('CreateRole', { RoleName, AssumeRolePolicyDocument: trust });

  for (const { PolicyName, PolicyDocument } of Policies as InlinePolicy[]) {
    await call('PutRolePolicy', { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) });
  }
  for (const PolicyArn of ManagedPolicyArns as string[]) await call('AttachRolePolicy', { RoleName, PolicyArn });
  return { ref: RoleName, attributes: { Arn: `arn:aws:iam::${cloud.world.account}:role/${RoleName}` } };
};

/** Deployed again, the policy gets another version, which is in force at once; the former ones are deleted. */
export const deployManagedPolicy: Deployer = async (resource: ResourceToDeploy, cloud) => {
  const { ManagedPolicyName, Path = '/', Description, PolicyDocument } = resource.properties;
  const document = JSON.stringify(PolicyDocument);
  if (resource.existing) {
    await updatePolicy(cloud, resource.existing.ref, document);
    return resource.existing;
  }
  const input = { PolicyName: ManagedPolicyName, Path, Description, PolicyDocument: document };
  const { Policy } = (await administratorCalls(cloud, 'iam')('CreatePolicy', input)) as { Policy: { Arn: string } };
  return { ref: Policy.Arn, attributes: {} };
};

interface PolicyVersion {
  readonly VersionId: string;
  readonly IsDefaultVersion: boolean;
}

async function updatePolicy(cloud: Cloud, PolicyArn: string, document: string): Promise<void> {
  const call = administratorCalls(cloud, 'iam');
  const { Versions } = (await call('ListPolicyVersions', { PolicyArn })) as { Versions: readonly PolicyVersion[] };
  const inForce = Versions.find(({ IsDefaultVersion }) => IsDefaultVersion)?.VersionId;
  const { PolicyVersion } = (await call('GetPolicyVersion', { PolicyArn, VersionId: inForce })) as {
    PolicyVersion: { readonly Document: string };
  };
  if (decodeURIComponent(PolicyVersion.Document) === document) return;

  const remove = (VersionId: string) => call('DeletePolicyVersion', { PolicyArn, VersionId });
  // A policy holds five versions, so room is made first.
  for (const { VersionId } of Versions.filter((version) => version.VersionId !== inForce)) await remove(VersionId);
  await call('CreatePolicyVersion', { PolicyArn, PolicyDocument: document, SetAsDefault: true });
  if (inForce !== undefined) await remove(inForce);
}
