import type { SecurityGroupRule as ShownRule } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, type World } from '../world.ts';
import { accessTo, accessToAll, ec2Arn, requestTagKeys } from './access.ts';
import { describeInput } from './describe.ts';
import { matcher } from './filters.ts';
import { pageOf } from './paging.ts';
import { notFound } from './resourceTypes.ts';
import {
  isSameRule,
  type Permissions,
  permissionsInput,
  rulesIn,
  ruleText,
  type SecurityGroupRule,
} from './securityGroupRules.ts';
import { groupKeys, type SecurityGroupRow, securityGroupOf, securityGroups } from './securityGroups.ts';
import { dropTags, putTags, shownTags, type TagSpecifications, tagSpecificationsInput, tagsFor } from './tags.ts';
import { isVisibleById } from './visibility.ts';

const authorizeInput = z.strictObject({
  GroupId: z.string(),
  IpPermissions: permissionsInput,
  TagSpecifications: tagSpecificationsInput,
});

const authorize = (direction: 'Ingress' | 'Egress') =>
  operation({
    input: authorizeInput,
    access: (world, { GroupId, TagSpecifications }) => [
      accessTo(world, `AuthorizeSecurityGroup${direction}`, GroupId, groupKeys(world, GroupId)),
      ...accessToTagRules(world, `AuthorizeSecurityGroup${direction}`, TagSpecifications),
    ],
    run: (world, { GroupId, IpPermissions, TagSpecifications }) => {
      const group = securityGroupOf(world, GroupId);
      const tags = tagsFor('security-group-rule', TagSpecifications);
      const added = newRules(world, group, IpPermissions, direction === 'Egress');
      securityGroups(world).put(GroupId, { ...group, rules: [...group.rules, ...added] });
      for (const { ruleId } of added) putTags(world, 'security-group-rule', ruleId, tags);
      return { Return: true, SecurityGroupRules: added.map((rule) => shownRule(world, GroupId, rule)) };
    },
  });

export const AuthorizeSecurityGroupIngress = authorize('Ingress');
export const AuthorizeSecurityGroupEgress = authorize('Egress');

/** Rules carry tags of their own: creating them tagged needs CreateTags on them. */
function accessToTagRules(world: World, action: string, specifications: TagSpecifications) {
  const tags = (specifications ?? []).flatMap(({ Tags }) => Tags);
  if (tags.length === 0) return [];
  const resource = ec2Arn(world, 'security-group-rule', '*');
  const context = { 'ec2:Region': world.region, ...requestTagKeys(tags), 'ec2:CreateAction': action };
  return [{ action: 'ec2:CreateTags', resource, context }];
}

function newRules(
  world: World,
  group: SecurityGroupRow,
  permissions: Permissions,
  isEgress: boolean,
): SecurityGroupRule[] {
  const wanted = rulesIn(permissions, isEgress);
  if (wanted.length === 0)
    throw new AwsError('MissingParameter', 'The request must contain the parameter ipPermissions');
  const known = group.rules.filter((rule) => rule.isEgress === isEgress);
  wanted.forEach((rule, index) => {
    if (wanted.slice(0, index).some((earlier) => isSameRule(earlier, rule))) {
      throw new AwsError('InvalidParameterValue', `The same permission must not appear multiple times`);
    }
    if (known.some((other) => isSameRule(other, rule))) {
      throw new AwsError('InvalidPermission.Duplicate', `the specified rule "${ruleText(rule)}" already exists`);
    }
    if (rule.referencedGroupId !== undefined) checkReference(world, group, rule.referencedGroupId);
  });
  if (known.length + wanted.length > quotaOf(world, 'L-0EA8095F')) {
    throw new AwsError(
      'RulesPerSecurityGroupLimitExceeded',
      'The maximum number of rules per security group has been reached.',
    );
  }
  return wanted.map((rule) => ({ ruleId: newId(world, 'sgr'), ...rule }));
}

/** Groups of other VPCs can be named only over a peering, which is not modelled. */
function checkReference(world: World, group: SecurityGroupRow, groupId: string): void {
  const referenced = securityGroups(world).get(groupId);
  if (referenced?.vpcId === group.vpcId) return;
  throw new AwsError('InvalidGroup.NotFound', `You have specified two resources that belong to different networks.`);
}

const revokeInput = z.strictObject({
  GroupId: z.string(),
  IpPermissions: permissionsInput.optional(),
  SecurityGroupRuleIds: z.array(z.string()).optional(),
});

const revoke = (direction: 'Ingress' | 'Egress') =>
  operation({
    input: revokeInput,
    access: (world, { GroupId }) => [
      accessTo(world, `RevokeSecurityGroup${direction}`, GroupId, groupKeys(world, GroupId)),
    ],
    run: (world, { GroupId, IpPermissions, SecurityGroupRuleIds }) => {
      const group = securityGroupOf(world, GroupId);
      const isEgress = direction === 'Egress';
      const revoked = [
        ...(SecurityGroupRuleIds ?? []).map((id) => ruleById(group, id, isEgress)),
        ...rulesIn(IpPermissions ?? [], isEgress).map((rule) => ruleLike(group, rule)),
      ];
      if (revoked.length === 0) {
        throw new AwsError('MissingParameter', 'The request must contain ipPermissions or securityGroupRuleIds');
      }
      securityGroups(world).put(GroupId, { ...group, rules: group.rules.filter((rule) => !revoked.includes(rule)) });
      for (const { ruleId } of revoked) dropTags(world, ruleId);
      return { Return: true };
    },
  });

export const RevokeSecurityGroupIngress = revoke('Ingress');
export const RevokeSecurityGroupEgress = revoke('Egress');

function ruleById(group: SecurityGroupRow, ruleId: string, isEgress: boolean): SecurityGroupRule {
  const rule = group.rules.find((each) => each.ruleId === ruleId && each.isEgress === isEgress);
  if (!rule) throw notFound('security-group-rule', ruleId);
  return rule;
}

function ruleLike(group: SecurityGroupRow, wanted: Omit<SecurityGroupRule, 'ruleId'>): SecurityGroupRule {
  const rule = group.rules.find((each) => isSameRule(each, wanted));
  if (rule) return rule;
  throw new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
}

export const DescribeSecurityGroupRules = operation({
  input: z.strictObject({ SecurityGroupRuleIds: z.array(z.string()).optional(), ...describeInput }),
  access: (world) => accessToAll(world, 'DescribeSecurityGroupRules'),
  run: (world, input) => {
    const everyRule = [...securityGroups(world).rows()]
      .filter((group) => isVisibleById(world, group))
      .flatMap((group) => group.rules.map((rule) => ({ rule, groupId: group.groupId })));
    const idOf = ({ rule }: (typeof everyRule)[number]) => rule.ruleId;
    const wanted = input.SecurityGroupRuleIds;
    for (const id of wanted ?? []) {
      if (!everyRule.some((each) => idOf(each) === id)) throw notFound('security-group-rule', id);
    }
    const matches = matcher(
      world,
      'DescribeSecurityGroupRules',
      input.Filters,
      { 'group-id': ({ groupId }) => groupId, 'security-group-rule-id': idOf },
      idOf,
    );
    const found = everyRule.filter((each) => (wanted?.includes(idOf(each)) ?? true) && matches(each));
    const { rows, nextToken } = pageOf(found, input, idOf);
    return {
      SecurityGroupRules: rows.map(({ rule, groupId }) => shownRule(world, groupId, rule)),
      NextToken: nextToken,
    };
  },
});

function shownRule(world: World, groupId: string, rule: SecurityGroupRule): ShownRule {
  return {
    SecurityGroupRuleId: rule.ruleId,
    SecurityGroupRuleArn: ec2Arn(world, 'security-group-rule', rule.ruleId),
    GroupId: groupId,
    GroupOwnerId: world.account,
    IsEgress: rule.isEgress,
    IpProtocol: rule.protocol,
    FromPort: rule.fromPort,
    ToPort: rule.toPort,
    ...(rule.cidrIpv4 === undefined ? {} : { CidrIpv4: rule.cidrIpv4 }),
    ...(rule.referencedGroupId === undefined
      ? {}
      : { ReferencedGroupInfo: { GroupId: rule.referencedGroupId, UserId: world.account } }),
    ...(rule.description === undefined ? {} : { Description: rule.description }),
    Tags: shownTags(world, rule.ruleId),
  };
}
