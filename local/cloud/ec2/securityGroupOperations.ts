import type { SecurityGroup } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate, ec2Arn } from './access.ts';
import { describeInput, describeRows } from './describe.ts';
import { interfaceUsingGroup } from './networkInterfaces.ts';
import { shownPermissions } from './securityGroupRules.ts';
import {
  addSecurityGroup,
  groupKeys,
  groupsOfVpc,
  removeSecurityGroup,
  type SecurityGroupRow,
  securityGroupOf,
  securityGroups,
} from './securityGroups.ts';
import { shownTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { vpcOf } from './vpcs.ts';

/** Source: EC2 API reference, CreateSecurityGroup. */
const legalText = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

export const CreateSecurityGroup = operation({
  input: z.strictObject({
    GroupName: z.string(),
    Description: z.string(),
    VpcId: z.string(),
    TagSpecifications: tagSpecificationsInput,
  }),
  access: (world, { VpcId, TagSpecifications }) => [
    ...accessToCreate(world, 'CreateSecurityGroup', 'security-group', TagSpecifications, {
      'ec2:Vpc': ec2Arn(world, 'vpc', VpcId),
    }),
    accessTo(world, 'CreateSecurityGroup', VpcId),
  ],
  run: (world, { GroupName: groupName, Description: description, VpcId: vpcId, TagSpecifications }) => {
    vpcOf(world, vpcId);
    const tags = tagsFor('security-group', TagSpecifications);
    if (!legalText.test(groupName) || groupName.startsWith('sg-') || groupName === 'default') {
      throw new AwsError('InvalidParameterValue', `Value (${groupName}) for parameter GroupName is invalid.`);
    }
    if (!legalText.test(description)) {
      throw new AwsError('InvalidParameterValue', `Value (${description}) for parameter GroupDescription is invalid.`);
    }
    if (groupsOfVpc(world, vpcId).some((group) => group.groupName === groupName)) {
      throw new AwsError(
        'InvalidGroup.Duplicate',
        `The security group '${groupName}' already exists for VPC '${vpcId}'`,
      );
    }
    if (securityGroups(world).size >= quotaOf(world, 'L-E79EC296')) {
      throw new AwsError('SecurityGroupLimitExceeded', 'The maximum number of security groups has been reached.');
    }
    const { groupId } = addSecurityGroup(world, { vpcId, groupName, description }, tags);
    return {
      GroupId: groupId,
      SecurityGroupArn: ec2Arn(world, 'security-group', groupId),
      Tags: shownTags(world, groupId),
    };
  },
});

export const DescribeSecurityGroups = operation({
  input: z.strictObject({ GroupIds: z.array(z.string()).optional(), ...describeInput }),
  access: (world) => accessToAll(world, 'DescribeSecurityGroups'),
  run: (world, input) => {
    const permissions = (egress: boolean) => (group: SecurityGroupRow) =>
      group.rules.filter((rule) => rule.isEgress === egress);
    const ingress = permissions(false);
    const egress = permissions(true);
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeSecurityGroups',
      type: 'security-group',
      table: securityGroups(world),
      ids: input.GroupIds,
      request: input,
      idOf: (group) => group.groupId,
      fields: {
        'group-id': (group) => group.groupId,
        'group-name': (group) => group.groupName,
        description: (group) => group.description,
        'vpc-id': (group) => group.vpcId,
        'owner-id': (_, at) => at.account,
        'ip-permission.group-id': (group) => ingress(group).map((rule) => rule.referencedGroupId),
        'ip-permission.cidr': (group) => ingress(group).map((rule) => rule.cidrIpv4),
        'egress.ip-permission.group-id': (group) => egress(group).map((rule) => rule.referencedGroupId),
        'egress.ip-permission.cidr': (group) => egress(group).map((rule) => rule.cidrIpv4),
      },
    });
    return { SecurityGroups: rows.map((group) => shownSecurityGroup(world, group)), NextToken: nextToken };
  },
});

function shownSecurityGroup(world: World, group: SecurityGroupRow): SecurityGroup {
  return {
    GroupId: group.groupId,
    SecurityGroupArn: ec2Arn(world, 'security-group', group.groupId),
    GroupName: group.groupName,
    Description: group.description,
    OwnerId: world.account,
    VpcId: group.vpcId,
    IpPermissions: shownPermissions(
      world,
      group.rules.filter((rule) => !rule.isEgress),
    ),
    IpPermissionsEgress: shownPermissions(
      world,
      group.rules.filter((rule) => rule.isEgress),
    ),
    Tags: shownTags(world, group.groupId),
  };
}

export const DeleteSecurityGroup = operation({
  input: z.strictObject({ GroupId: z.string() }),
  access: (world, { GroupId }) => [accessTo(world, 'DeleteSecurityGroup', GroupId, groupKeys(world, GroupId))],
  run: (world, { GroupId }) => {
    const group = securityGroupOf(world, GroupId);
    if (group.groupName === 'default') {
      throw new AwsError(
        'CannotDelete',
        `the specified group: "${GroupId}" name: "default" cannot be deleted by a user`,
      );
    }
    if (interfaceUsingGroup(world, GroupId) || isReferenced(world, GroupId)) {
      throw new AwsError('DependencyViolation', `resource ${GroupId} has a dependent object`);
    }
    removeSecurityGroup(world, group);
    return { Return: true, GroupId };
  },
});

/** Whether another group's rule names this group. A group's rules about itself do not keep it. */
function isReferenced(world: World, groupId: string): boolean {
  for (const group of securityGroups(world).rows()) {
    if (group.groupId === groupId) continue;
    if (group.rules.some((rule) => rule.referencedGroupId === groupId)) return true;
  }
  return false;
}
