import { DescribeAutoScalingGroupsCommand, DescribeAutoScalingInstancesCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { limits } from '../awsLimits.ts';
import { autoScaling } from '../clients/autoScaling.ts';
import { ec2 } from '../clients/ec2.ts';
import { iam } from '../clients/iam.ts';
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

const idsPerFilter = limits.filterValues.value;

/** Which of these instances EC2 still has: it shows one that has ended for about an hour, and then no more. */
export async function existingInstances(instanceIds: readonly string[]): Promise<ReadonlySet<string>> {
  const existing = new Set<string>();
  for (let first = 0; first < instanceIds.length; first += idsPerFilter) {
    const Values = instanceIds.slice(first, first + idsPerFilter);
    const pages = paginateDescribeInstances({ client: ec2 }, { Filters: [{ Name: 'instance-id', Values }] });
    for await (const { Reservations = [] } of pages)
      for (const { InstanceId, State } of Reservations.flatMap(({ Instances = [] }) => Instances))
        if (InstanceId && State?.Name !== 'terminated' && State?.Name !== 'shutting-down') existing.add(InstanceId);
  }
  return existing;
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

/** What IAM says about a role that machines come with. */
export interface MachineRoleFacts {
  /** AROA…: a role that is made again under the same name has another. */
  readonly roleId: string;
  /** Whether nobody but EC2 may assume it, so that its sessions are named after instances. */
  readonly isAssumedByEc2Only: boolean;
}

/** The role, if there is one of this name. */
export async function readMachineRole(roleName: string): Promise<MachineRoleFacts | undefined> {
  const answer = await unless(['NoSuchEntity'], iam.send(new GetRoleCommand({ RoleName: roleName })));
  const { RoleId, AssumeRolePolicyDocument = '' } = answer?.Role ?? {};
  if (RoleId === undefined) return undefined;
  // IAM answers with the document encoded as in URLs (RFC 3986).
  return { roleId: RoleId, isAssumedByEc2Only: isTrustInEc2Only(decodeURIComponent(AssumeRolePolicyDocument)) };
}

const ec2Itself = z.enum(['ec2.amazonaws.com', 'ec2.amazonaws.com.cn']);
const trustInEc2 = z.object({
  NotPrincipal: z.undefined().optional(),
  Principal: z.strictObject({ Service: z.union([ec2Itself, z.array(ec2Itself)]) }),
});
const allowed = z.object({ Effect: z.literal('Allow') });
const trustPolicy = z.object({ Statement: z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]) });

/** Whether every statement of a trust policy that allows something names EC2 and nobody else. */
function isTrustInEc2Only(document: string): boolean {
  const { Statement } = trustPolicy.parse(JSON.parse(document));
  return Statement.every(
    (statement) => !allowed.safeParse(statement).success || trustInEc2.safeParse(statement).success,
  );
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
