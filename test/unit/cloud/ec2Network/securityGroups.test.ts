import type { DescribeSecurityGroupRulesResult, DescribeSecurityGroupsResult } from '@aws-sdk/client-ec2';
import { aNetwork, networkCloud } from './network.ts';

const https = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.0.0.0/16' }] };

test('a new group lets everything out and nothing in', async () => {
  const cloud = networkCloud();
  const { groupId } = await aNetwork(cloud);
  await cloud.world.clock.advance({ seconds: 5 });
  const { SecurityGroups } = await cloud.call<DescribeSecurityGroupsResult>('DescribeSecurityGroups', {
    GroupIds: [groupId],
  });
  expect(SecurityGroups?.[0]?.IpPermissions).toEqual([]);
  expect(SecurityGroups?.[0]?.IpPermissionsEgress).toMatchObject([
    { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
  ]);
});

test('a group name is taken once in a VPC', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId } = await aNetwork(cloud);
  const again = { VpcId, GroupName: 'nodes', Description: 'again' };
  expect((await cloud.errorOf('CreateSecurityGroup', again)).name).toBe('InvalidGroup.Duplicate');
});

test('a rule is added once, whatever its description', async () => {
  const cloud = networkCloud();
  const { groupId: GroupId } = await aNetwork(cloud);
  await cloud.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https] });
  const described = { ...https, IpRanges: [{ CidrIp: '10.0.0.0/16', Description: 'the API' }] };
  const error = await cloud.errorOf('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [described] });
  expect(error.name).toBe('InvalidPermission.Duplicate');
});

test('a call that names one known rule adds none of its rules', async () => {
  const cloud = networkCloud();
  const { groupId: GroupId } = await aNetwork(cloud);
  await cloud.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https] });
  const other = { ...https, FromPort: 80, ToPort: 80 };
  await cloud.errorOf('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [other, https] });
  const found = await cloud.call<DescribeSecurityGroupRulesResult>('DescribeSecurityGroupRules', {
    Filters: [{ Name: 'group-id', Values: [GroupId] }],
  });
  expect(found.SecurityGroupRules?.filter(({ IsEgress }) => !IsEgress)).toHaveLength(1);
});

test('a rule is revoked by what it says or by its id, and only if it is there', async () => {
  const cloud = networkCloud();
  const { groupId: GroupId } = await aNetwork(cloud);
  const { SecurityGroupRules } = await cloud.call<DescribeSecurityGroupRulesResult>('AuthorizeSecurityGroupIngress', {
    GroupId,
    IpPermissions: [https, { ...https, FromPort: 80, ToPort: 80 }],
  });
  await cloud.call('RevokeSecurityGroupIngress', { GroupId, IpPermissions: [https] });
  const gone = await cloud.errorOf('RevokeSecurityGroupIngress', { GroupId, IpPermissions: [https] });
  expect(gone.name).toBe('InvalidPermission.NotFound');
  const byId = { GroupId, SecurityGroupRuleIds: [SecurityGroupRules?.[1]?.SecurityGroupRuleId] };
  await cloud.call('RevokeSecurityGroupIngress', byId);
  expect((await cloud.errorOf('RevokeSecurityGroupIngress', byId)).name).toBe('InvalidSecurityGroupRuleId.NotFound');
});

test('the 61st rule of a direction exceeds the default quota', async () => {
  const cloud = networkCloud();
  const { groupId: GroupId } = await aNetwork(cloud);
  const sources = (count: number) => Array.from({ length: count }, (_, index) => ({ CidrIp: `10.9.${index}.0/24` }));
  await cloud.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [{ ...https, IpRanges: sources(60) }] });
  const error = await cloud.errorOf('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [https] });
  expect(error.name).toBe('RulesPerSecurityGroupLimitExceeded');
});

test('groups that name each other are deleted only after one let go', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId, groupId: nodes } = await aNetwork(cloud);
  const { GroupId: masters } = await cloud.call<{ GroupId: string }>('CreateSecurityGroup', {
    VpcId,
    GroupName: 'masters',
    Description: 'masters',
  });
  const from = (GroupId: string) => [
    { IpProtocol: 'tcp', FromPort: 6443, ToPort: 6443, UserIdGroupPairs: [{ GroupId }] },
  ];
  await cloud.call('AuthorizeSecurityGroupIngress', { GroupId: masters, IpPermissions: from(nodes) });
  await cloud.call('AuthorizeSecurityGroupIngress', { GroupId: nodes, IpPermissions: from(masters) });
  expect((await cloud.errorOf('DeleteSecurityGroup', { GroupId: nodes })).name).toBe('DependencyViolation');
  expect((await cloud.errorOf('DeleteSecurityGroup', { GroupId: masters })).name).toBe('DependencyViolation');
  await cloud.call('RevokeSecurityGroupIngress', { GroupId: masters, IpPermissions: from(nodes) });
  await cloud.call('DeleteSecurityGroup', { GroupId: nodes });
  await cloud.call('DeleteSecurityGroup', { GroupId: masters });
});

test('the default group cannot be deleted', async () => {
  const cloud = networkCloud();
  await aNetwork(cloud);
  await cloud.world.clock.advance({ seconds: 5 });
  const { SecurityGroups } = await cloud.call<DescribeSecurityGroupsResult>('DescribeSecurityGroups', {
    Filters: [{ Name: 'group-name', Values: ['default'] }],
  });
  expect((await cloud.errorOf('DeleteSecurityGroup', { GroupId: SecurityGroups?.[0]?.GroupId })).name).toBe(
    'CannotDelete',
  );
});

test.each([
  [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }, 'MissingParameter'],
  [{ ...https, FromPort: 444 }, 'InvalidParameterValue'],
  [{ ...https, IpRanges: [{ CidrIp: '10.0.0.1/8' }] }, 'InvalidParameterValue'],
  [{ ...https, IpRanges: [] }, 'InvalidParameterValue'],
  [{ ...https, IpProtocol: 'quic' }, 'InvalidPermission.Malformed'],
  [{ ...https, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'nodes → API' }] }, 'InvalidParameterValue'],
])('the permission %j is refused', async (permission, name) => {
  const cloud = networkCloud();
  const { groupId: GroupId } = await aNetwork(cloud);
  const error = await cloud.errorOf('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [permission] });
  expect(error.name).toBe(name);
});
