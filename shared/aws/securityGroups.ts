import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  type IpPermission,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, SecurityGroupBlueprint } from '../blueprint/blueprint.ts';
import { Conflict, NotReady } from '../step/errors.ts';
import { ec2 } from './clients/ec2.ts';
import { errorName, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, ownedBy, taggedAs } from './tags.ts';

export interface FoundSecurityGroup {
  readonly id: string;
  readonly key: string;
  readonly name: string | undefined;
  readonly vpcId: string | undefined;
  readonly ingress: readonly IpPermission[];
  readonly egress: readonly IpPermission[];
}

/** What EC2 gives to every new group: everything may leave. */
const initialEgress: readonly IpPermission[] = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];

/** The cluster's security groups with their rules. */
export async function findSecurityGroups(clusterId: string): Promise<FoundSecurityGroup[]> {
  const found: FoundSecurityGroup[] = [];
  const pages = paginateDescribeSecurityGroups({ client: ec2 }, { Filters: ownedBy(clusterId, 'security-group') });
  for await (const page of pages) {
    for (const { GroupId, GroupName, VpcId, IpPermissions, IpPermissionsEgress, Tags } of page.SecurityGroups ?? []) {
      // One that a Service dressed in our tags has a name by Kubernetes, and is not ours.
      if (!GroupName?.startsWith(`${clusterId}-`)) continue;
      found.push({
        id: idOf(GroupId),
        key: keyIn(Tags, clusterId, 'security-group') ?? '',
        name: GroupName,
        vpcId: VpcId,
        ingress: IpPermissions ?? [],
        egress: IpPermissionsEgress ?? [],
      });
    }
  }
  return found;
}

/** Ensures the group among those already found, and returns it with the rules it has; rules are made when all groups exist. */
export async function ensureSecurityGroup(
  cluster: ClusterIdentity,
  vpcId: string,
  group: SecurityGroupBlueprint,
  found: readonly FoundSecurityGroup[],
): Promise<FoundSecurityGroup> {
  const existing = found.find(({ key }) => key === group.key);
  if (existing && (existing.vpcId !== vpcId || existing.name !== group.name)) {
    throw new Conflict(
      `${existing.id} carries the tags of security group ${group.key} but is ${existing.name} in ${existing.vpcId}; ` +
        `wanted ${group.name} in ${vpcId}. Remove its tags or the group, then resume.`,
    );
  }
  return existing ?? createSecurityGroup(cluster, vpcId, group);
}

async function createSecurityGroup(
  cluster: ClusterIdentity,
  vpcId: string,
  { key, name, description }: SecurityGroupBlueprint,
): Promise<FoundSecurityGroup> {
  const command = new CreateSecurityGroupCommand({
    VpcId: vpcId,
    GroupName: name,
    Description: description,
    TagSpecifications: taggedAs('security-group', cluster, `security-group/${key}`),
  });
  try {
    const { GroupId } = await settled(ec2.send(command));
    return { id: idOf(GroupId), key, name, vpcId, ingress: [], egress: initialEgress };
  } catch (error) {
    // The name is unique in the VPC: most likely it is ours, made by a try whose answer was lost.
    if (errorName(error) !== 'InvalidGroup.Duplicate') throw error;
    throw new NotReady(`A security group ${name} exists in ${vpcId} and does not show our tags (yet)`, {
      cause: error,
    });
  }
}

/** Deletes the group; waits while an interface or another group's rule uses it. */
export async function removeSecurityGroup(groupId: string): Promise<void> {
  await removed(groupId, ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId })));
}
