import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  type Filter,
  type IpPermission,
  paginateDescribeSecurityGroups,
  type Tag,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, SecurityGroupBlueprint } from '../blueprint/blueprint.ts';
import { CLUSTER_TAG, kubernetesClusterTag } from '../blueprint/tags.ts';
import { Conflict, NotReady } from '../step/errors.ts';
import { ec2 } from './clients/ec2.ts';
import { errorName, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor, tagValue } from './tags.ts';

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

/** The cluster's own security groups with their rules. One that a Service dressed in our tags has a name by Kubernetes. */
export async function findSecurityGroups(clusterId: string): Promise<FoundSecurityGroup[]> {
  const found = await groupsMatching(taggedFor(clusterId));
  return found.flatMap((group) => {
    const key = keyIn(group.tags, clusterId, 'security-group');
    return key !== undefined && group.name?.startsWith(`${clusterId}-`) ? [{ ...group, key }] : [];
  });
}

/** The security groups that Kubernetes' controllers made for the cluster; ours carry our tag besides. */
export async function findKubernetesSecurityGroups(clusterId: string): Promise<FoundSecurityGroup[]> {
  const found = await groupsMatching([{ Name: `tag:${kubernetesClusterTag(clusterId)}`, Values: ['owned'] }]);
  return found.filter(({ tags }) => tagValue(tags, CLUSTER_TAG) === undefined);
}

async function groupsMatching(filters: Filter[]): Promise<(FoundSecurityGroup & { tags: Tag[] | undefined })[]> {
  const found: (FoundSecurityGroup & { tags: Tag[] | undefined })[] = [];
  for await (const page of paginateDescribeSecurityGroups({ client: ec2 }, { Filters: filters })) {
    for (const { GroupId, GroupName, VpcId, IpPermissions, IpPermissionsEgress, Tags } of page.SecurityGroups ?? []) {
      const rules = { ingress: IpPermissions ?? [], egress: IpPermissionsEgress ?? [] };
      found.push({ id: idOf(GroupId), key: '', name: GroupName, vpcId: VpcId, ...rules, tags: Tags });
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
