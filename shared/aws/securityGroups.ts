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
import { ec2 } from '../clients/ec2.ts';
import { NotReady } from '../errors.ts';
import type { KnownResources } from '../store/resources.ts';
import { errorName, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { requireShape } from './shape.ts';
import { keyIn, taggedAs, taggedFor, tagValue } from './tags.ts';

export interface FoundSecurityGroup {
  readonly id: string;
  readonly key: string;
  readonly name: string | undefined;
  readonly vpcId: string | undefined;
  readonly description: string | undefined;
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
    for (const { GroupId, GroupName, VpcId, IpPermissions, IpPermissionsEgress, ...group } of page.SecurityGroups ??
      []) {
      const rules = { ingress: IpPermissions ?? [], egress: IpPermissionsEgress ?? [] };
      const { Description: description, Tags: tags } = group;
      found.push({ id: idOf(GroupId), key: '', name: GroupName, vpcId: VpcId, description, ...rules, tags });
    }
  }
  return found;
}

/** Ensures the group, and returns it with the rules it has; rules are made when all groups exist. */
export async function ensureSecurityGroup(
  cluster: ClusterIdentity,
  vpcId: string,
  group: SecurityGroupBlueprint,
  known: KnownResources,
): Promise<FoundSecurityGroup> {
  const resource = `security-group/${group.key}` as const;
  const stored = known.idOf(resource);
  if (stored !== undefined) return { ...(await securityGroup(stored)), key: group.key };
  return createSecurityGroup(cluster, vpcId, group);
}

async function securityGroup(id: string): Promise<FoundSecurityGroup> {
  const [found] = await groupsMatching([{ Name: 'group-id', Values: [id] }]);
  if (!found) throw new NotReady(`EC2 does not show ${id} yet`);
  return found;
}

async function createSecurityGroup(
  cluster: ClusterIdentity,
  vpcId: string,
  group: SecurityGroupBlueprint,
): Promise<FoundSecurityGroup> {
  const { key, name, description } = group;
  const command = new CreateSecurityGroupCommand({
    VpcId: vpcId,
    GroupName: name,
    Description: description,
    TagSpecifications: taggedAs('security-group', cluster, `security-group/${key}`),
  });
  try {
    const { GroupId } = await settled(ec2.send(command));
    return { id: idOf(GroupId), key, name, vpcId, description, ingress: [], egress: initialEgress };
  } catch (error) {
    if (errorName(error) !== 'InvalidGroup.Duplicate') throw error;
    return groupNamed(cluster, vpcId, group);
  }
}

/** The group that has the name: ours, from a creation whose answer was lost, or somebody else's. Ours has no rules yet. */
async function groupNamed(
  cluster: ClusterIdentity,
  vpcId: string,
  { key, name, description }: SecurityGroupBlueprint,
): Promise<FoundSecurityGroup> {
  const [found] = await groupsMatching([
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'group-name', Values: [name] },
  ]);
  if (!found) throw new NotReady(`A security group ${name} exists in ${vpcId}, and EC2 does not show it yet`);
  requireShape(`${found.id}, the security group ${name} in ${vpcId},`, {
    tag: [keyIn(found.tags, cluster.id, 'security-group'), key],
    description: [found.description, description],
    ingress: [rulesOf(found.ingress), []],
    egress: [rulesOf(found.egress), rulesOf(initialEgress)],
  });
  return { ...found, key };
}

/** What a rule lets through, without what EC2 adds to it. */
const rulesOf = (permissions: readonly IpPermission[]): string[] =>
  permissions.map(({ IpProtocol, FromPort, ToPort, ...peers }) => {
    const named = Object.values(peers)
      .flat()
      .map((peer) => (typeof peer === 'object' ? Object.values(peer)[0] : peer));
    return [IpProtocol, FromPort, ToPort, ...named].filter((part) => part !== undefined).join(' ');
  });

/** Deletes the group; waits while an interface or another group's rule uses it. */
export async function removeSecurityGroup(groupId: string): Promise<void> {
  await removed(groupId, ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId })));
}
