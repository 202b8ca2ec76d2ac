import type { CreateSecurityGroupResult, CreateSubnetResult, CreateVpcResult, Instance } from '@aws-sdk/client-ec2';
import { defineAutoScalingJobs } from '../../../../local/cloud/autoScaling/groupJobs.ts';
import { autoScaling } from '../../../../local/cloud/autoScaling/service.ts';
import { defineEc2Jobs, ec2 } from '../../../../local/cloud/ec2/service.ts';
import { iam } from '../../../../local/cloud/iam/service.ts';
import type { Service } from '../../../../local/cloud/operation.ts';
import { appliedQuotas } from '../../../../local/cloud/serviceQuotas/quotas.ts';
import type { World } from '../../../../local/cloud/world.ts';
import { type TestCloud, testCloud, testWorld } from '../../../support/testWorld.ts';

/** Amazon Linux 2023, kernel 6.12, arm64. */
export const arm64Image = 'ami-0a1c6e1b5d0f61201';

/** Quotas of an account in production, far above the defaults of a new one. */
const productionQuotas = { 'L-1216C47A': 40_000, 'L-34B43A08': 20_000, 'L-DF5E4CA3': 20_000, 'L-7A658B76': 500 };

export interface Compute extends TestCloud {
  readonly vpcId: string;
  readonly groupId: string;
  /** One in each of the zones a, b and c. */
  readonly subnetIds: readonly [string, string, string];
}

/** EC2, Auto Scaling and IAM over an account with the VPC 10.0.0.0/16 and three subnets with room for thousands. */
export async function compute(
  overrides: Partial<Omit<World, 'clock'>> & { quotas?: Record<string, number> } = {},
  others: readonly Service[] = [],
): Promise<Compute> {
  const { quotas = productionQuotas, ...parts } = overrides;
  const world = testWorld(parts);
  defineEc2Jobs(world);
  defineAutoScalingJobs(world);
  for (const [code, value] of Object.entries(quotas)) appliedQuotas(world).put(code, value);
  const cloud = testCloud([ec2, autoScaling, iam, ...others], { world });
  const { Vpc } = await cloud.call<CreateVpcResult>('CreateVpc', { CidrBlock: '10.0.0.0/16' });
  const VpcId = Vpc?.VpcId ?? '';
  const subnet = async (letter: string, CidrBlock: string) => {
    const AvailabilityZone = `us-east-1${letter}`;
    const { Subnet } = await cloud.call<CreateSubnetResult>('CreateSubnet', { VpcId, CidrBlock, AvailabilityZone });
    return Subnet?.SubnetId ?? '';
  };
  const subnetIds = [
    await subnet('a', '10.0.0.0/18'),
    await subnet('b', '10.0.64.0/18'),
    await subnet('c', '10.0.128.0/18'),
  ] as const;
  const { GroupId } = await cloud.call<CreateSecurityGroupResult>('CreateSecurityGroup', {
    VpcId,
    GroupName: 'nodes',
    Description: 'nodes',
  });
  return { ...cloud, vpcId: VpcId, groupId: GroupId ?? '', subnetIds };
}

/** A launch that works: override what a test is about. */
export function launchInput({ subnetIds, groupId }: Compute, overrides: object = {}): object {
  return {
    ImageId: arm64Image,
    InstanceType: 't4g.small',
    SubnetId: subnetIds[0],
    SecurityGroupIds: [groupId],
    MinCount: 1,
    MaxCount: 1,
    ...overrides,
  };
}

/** Launches and answers the instances as RunInstances does. */
export async function launch(world: Compute, overrides: object = {}): Promise<Instance[]> {
  const { Instances } = await world.call<{ Instances: Instance[] }>('RunInstances', launchInput(world, overrides));
  return Instances;
}

export async function launchOne(world: Compute, overrides: object = {}): Promise<string> {
  const [instance] = await launch(world, overrides);
  return instance?.InstanceId ?? '';
}

/** The instance as DescribeInstances shows it. */
export async function described({ call }: Compute, instanceId: string): Promise<Instance> {
  const { Reservations } = await call<{ Reservations: { Instances: Instance[] }[] }>('DescribeInstances', {
    InstanceIds: [instanceId],
  });
  const instance = Reservations[0]?.Instances[0];
  if (!instance) throw new Error(`${instanceId} was not described`);
  return instance;
}

export const stateOf = async (world: Compute, instanceId: string) => (await described(world, instanceId)).State?.Name;
