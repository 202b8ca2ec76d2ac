import { DescribeAutoScalingGroupsCommand, DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { autoScaling } from './clients/autoScaling.ts';
import { ec2 } from './clients/ec2.ts';
import { iam } from './clients/iam.ts';
import { unless } from './errors.ts';

/** What EC2 says about an instance, as far as it is evidence: never its tags. */
export interface InstanceFacts {
  readonly state: string;
  readonly zone: string;
  readonly address: string;
}

/** Of which group an instance is, and from which version of its template. */
export interface GroupMembership {
  readonly groupName: string;
  readonly templateVersion: string;
}

/** The instance, if EC2 knows it. */
export async function readInstance(instanceId: string): Promise<InstanceFacts | undefined> {
  const answer = await unless(
    ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'],
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  );
  const instance = answer?.Reservations?.[0]?.Instances?.[0];
  const [state, zone, address] = [
    instance?.State?.Name,
    instance?.Placement?.AvailabilityZone,
    instance?.PrivateIpAddress,
  ];
  return state && zone && address ? { state, zone, address } : undefined;
}

/** The interface that an instance was started with. */
export interface PrimaryInterface {
  readonly networkInterfaceId: string;
  /** Whether EC2 drops what is neither from nor for the interface's own addresses. */
  readonly checksAddresses: boolean;
}

/** The primary interface of an instance that runs. */
export async function readPrimaryInterface(instanceId: string): Promise<PrimaryInterface | undefined> {
  const answer = await unless(
    ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'],
    ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
  );
  const instance = answer?.Reservations?.[0]?.Instances?.[0];
  const primary = instance?.NetworkInterfaces?.find(({ Attachment }) => Attachment?.DeviceIndex === 0);
  if (instance?.State?.Name !== 'running' || primary?.NetworkInterfaceId === undefined) return undefined;
  return { networkInterfaceId: primary.NetworkInterfaceId, checksAddresses: primary.SourceDestCheck ?? true };
}

/** The unique id (AROA…) of a role: a role that is made again under the same name has another. */
export async function readRoleId(roleName: string): Promise<string | undefined> {
  const answer = await unless(['NoSuchEntity'], iam.send(new GetRoleCommand({ RoleName: roleName })));
  return answer?.Role?.RoleId;
}

/** The machines that a group has and keeps, with the template version of each: none that is on its way out. */
export async function readMembers(groupName: string): Promise<ReadonlyMap<string, string>> {
  const { AutoScalingGroups } = await autoScaling.send(
    new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] }),
  );
  const members = (AutoScalingGroups?.[0]?.Instances ?? []).flatMap(
    ({ InstanceId, LifecycleState, LaunchTemplate }): [string, string][] => {
      const isLeaving = /^(Terminat|Detach)/.test(LifecycleState ?? '');
      return isLeaving || !InstanceId || !LaunchTemplate?.Version ? [] : [[InstanceId, LaunchTemplate.Version]];
    },
  );
  return new Map(members);
}

/** The group of an instance, as Auto Scaling has it. */
export async function readGroupMembership(instanceId: string): Promise<GroupMembership | undefined> {
  const { AutoScalingInstances } = await autoScaling.send(
    new DescribeAutoScalingInstancesCommand({ InstanceIds: [instanceId] }),
  );
  const found = AutoScalingInstances?.[0];
  const [groupName, templateVersion] = [found?.AutoScalingGroupName, found?.LaunchTemplate?.Version];
  return groupName && templateVersion ? { groupName, templateVersion } : undefined;
}
