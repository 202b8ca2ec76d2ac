import type { Cloud } from '../../cloud/cloud.ts';
import { administratorOf } from '../administrator.ts';
import type { Deployer, ResourceToDeploy } from '../deploy.ts';

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: object;
}

/** An unnamed role gets a name of the stack, the logical id and chance, as in CloudFormation. */
export const deployRole: Deployer = async (resource, cloud) => {
  const call = callerOf(cloud);
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

export const deployManagedPolicy: Deployer = async (resource: ResourceToDeploy, cloud) => {
  if (resource.existing) return resource.existing;
  const { ManagedPolicyName, Path = '/', Description, PolicyDocument } = resource.properties;
  const input = { PolicyName: ManagedPolicyName, Path, Description, PolicyDocument: JSON.stringify(PolicyDocument) };
  const { Policy } = (await callerOf(cloud)('CreatePolicy', input)) as { Policy: { Arn: string } };
  return { ref: Policy.Arn, attributes: {} };
};

function callerOf(cloud: Cloud) {
  return (operation: string, input: Record<string, unknown>) =>
    cloud.call({ principal: administratorOf(cloud.world), service: 'iam', operation, input });
}
