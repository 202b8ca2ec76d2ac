import type { SecurityGroupRule } from '../../../cloud/ec2/securityGroupRules.ts';
import { groupsOfVpc } from '../../../cloud/ec2/securityGroups.ts';
import type { World } from '../../../cloud/world.ts';
import type { PlannedGroup, PlannedInterface, PlannedNode, PlannedRule, RulePeer } from './networkPlan.ts';

/** A VPC's security groups with every reference to a group resolved to its members of now. */
export function plannedGroups(
  world: World,
  {
    vpcId,
    interfaces,
    nodes,
  }: {
    readonly vpcId: string;
    readonly interfaces: readonly PlannedInterface[];
    readonly nodes: readonly PlannedNode[];
  },
): readonly PlannedGroup[] {
  const membersOf = (groupId: string): RulePeer => ({
    deviceNames: interfaces.filter((each) => each.groupIds.includes(groupId)).map(({ deviceName }) => deviceName),
    addresses: nodes.filter((each) => each.groupIds.includes(groupId)).map(({ address }) => address),
  });
  return groupsOfVpc(world, vpcId).map(({ groupId, rules }) => ({
    groupId,
    ingress: rules.filter(({ isEgress }) => !isEgress).map((rule) => plannedRule(rule, membersOf)),
    egress: rules.filter(({ isEgress }) => isEgress).map((rule) => plannedRule(rule, membersOf)),
  }));
}

function plannedRule(rule: SecurityGroupRule, membersOf: (groupId: string) => RulePeer): PlannedRule {
  const { protocol, fromPort, toPort, cidrIpv4, referencedGroupId } = rule;
  const peer = cidrIpv4 === undefined ? membersOf(referencedGroupId ?? '') : { cidrBlock: cidrIpv4 };
  return { protocol, fromPort, toPort, peer };
}
