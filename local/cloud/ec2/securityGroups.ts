import { newId, tableOf, type World } from '../world.ts';
import { ec2Arn } from './access.ts';
import { notFound } from './resourceTypes.ts';
import { egressToEverywhere, type SecurityGroupRule } from './securityGroupRules.ts';
import { dropTags, putTags } from './tags.ts';
import { type Visible, visibleSoon } from './visibility.ts';

export interface SecurityGroupRow extends Visible {
  readonly groupId: string;
  readonly groupName: string;
  readonly description: string;
  readonly vpcId: string;
  readonly rules: readonly SecurityGroupRule[];
}

export const securityGroups = tableOf<SecurityGroupRow>('ec2.securityGroups');

/** The group of this id, or what EC2 answers without one. */
export function securityGroupOf(world: World, groupId: string): SecurityGroupRow {
  const group = securityGroups(world).get(groupId);
  if (!group) throw notFound('security-group', groupId);
  return group;
}

export function groupsOfVpc(world: World, vpcId: string): SecurityGroupRow[] {
  return [...securityGroups(world).rows()].filter((group) => group.vpcId === vpcId);
}

/** Makes a group with the egress rule that every new group of a VPC has. */
export function addSecurityGroup(
  world: World,
  group: { readonly vpcId: string; readonly groupName: string; readonly description: string },
  tags: Readonly<Record<string, string>> = {},
): SecurityGroupRow {
  const egress = egressToEverywhere(world);
  const row: SecurityGroupRow = {
    ...group,
    groupId: newId(world, 'sg'),
    rules: [egress],
    ...visibleSoon(world),
  };
  securityGroups(world).put(row.groupId, row);
  putTags(world, 'security-group', row.groupId, tags);
  putTags(world, 'security-group-rule', egress.ruleId, {});
  return row;
}

export function removeSecurityGroup(world: World, { groupId, rules }: SecurityGroupRow): void {
  securityGroups(world).delete(groupId);
  for (const { ruleId } of rules) dropTags(world, ruleId);
  dropTags(world, groupId);
}

/** The condition keys of an existing group beyond its tags. */
export function groupKeys(world: World, groupId: string): Record<string, string> {
  return { 'ec2:Vpc': ec2Arn(world, 'vpc', securityGroupOf(world, groupId).vpcId) };
}
