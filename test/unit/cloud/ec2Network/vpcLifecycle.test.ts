import type { DescribeSubnetsResult, DescribeVpcsResult } from '@aws-sdk/client-ec2';
import { aNetwork, anInterface, aRouteTable, networkCloud } from './network.ts';

test('a new VPC is found by id after half a second and listed after two', async () => {
  const cloud = networkCloud();
  const { Vpc } = await cloud.call<{ Vpc: { VpcId: string; State: string } }>('CreateVpc', {
    CidrBlock: '10.0.0.0/16',
    TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'cluster', Value: 'demo' }] }],
  });
  const byTag = { Filters: [{ Name: 'tag:cluster', Values: ['dem?'] }] };
  expect((await cloud.errorOf('DescribeVpcs', { VpcIds: [Vpc.VpcId] })).name).toBe('InvalidVpcID.NotFound');
  expect((await cloud.call<DescribeVpcsResult>('DescribeVpcs', byTag)).Vpcs).toEqual([]);
  await cloud.world.clock.advance({ seconds: 1 });
  const { Vpcs } = await cloud.call<DescribeVpcsResult>('DescribeVpcs', { VpcIds: [Vpc.VpcId] });
  expect(Vpcs?.[0]?.State).toBe('pending');
  await cloud.world.clock.advance({ seconds: 2 });
  const listed = await cloud.call<DescribeVpcsResult>('DescribeVpcs', byTag);
  expect(listed.Vpcs?.[0]).toMatchObject({
    VpcId: Vpc.VpcId,
    State: 'available',
    Tags: [{ Key: 'cluster', Value: 'demo' }],
  });
});

test('the sixth VPC exceeds the default quota', async () => {
  const cloud = networkCloud();
  for (let count = 0; count < 5; count += 1) await cloud.call('CreateVpc', { CidrBlock: '10.0.0.0/16' });
  expect((await cloud.errorOf('CreateVpc', { CidrBlock: '10.0.0.0/16' })).name).toBe('VpcLimitExceeded');
});

test.each([
  ['10.0.0.0/8', 'InvalidVpcRange'],
  ['ten', 'InvalidParameterValue'],
])('a VPC of %s is refused', async (CidrBlock, name) => {
  expect((await networkCloud().errorOf('CreateVpc', { CidrBlock })).name).toBe(name);
});

test.each([
  ['10.0.0.128/25', 'InvalidSubnet.Conflict'],
  ['10.1.0.0/24', 'InvalidSubnet.Range'],
  ['10.0.1.0/29', 'InvalidSubnet.Range'],
])('a second subnet of %s is refused', async (CidrBlock, name) => {
  const cloud = networkCloud();
  const { vpcId } = await aNetwork(cloud);
  expect((await cloud.errorOf('CreateSubnet', { VpcId: vpcId, CidrBlock })).name).toBe(name);
});

test('a subnet keeps five addresses for AWS and gives out each other one once', async () => {
  const cloud = networkCloud();
  const { vpcId } = await aNetwork(cloud);
  const { Subnet } = await cloud.call<{ Subnet: { SubnetId: string } }>('CreateSubnet', {
    VpcId: vpcId,
    CidrBlock: '10.0.2.0/28',
  });
  const { SubnetId } = Subnet;
  for (let count = 0; count < 11; count += 1) await anInterface(cloud, { SubnetId });
  expect((await cloud.errorOf('CreateNetworkInterface', { SubnetId })).name).toBe('InsufficientFreeAddressesInSubnet');
  await cloud.world.clock.advance({ seconds: 5 });
  const { Subnets } = await cloud.call<DescribeSubnetsResult>('DescribeSubnets', { SubnetIds: [SubnetId] });
  expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(0);
});

test.each([
  ['10.0.0.3', 'InvalidParameterValue'],
  ['10.0.0.255', 'InvalidParameterValue'],
  ['10.0.9.9', 'InvalidParameterValue'],
  ['10.0.0.77', 'InvalidIPAddress.InUse'],
])('the fixed address %s is refused', async (PrivateIpAddress, name) => {
  const cloud = networkCloud();
  const { subnetId: SubnetId } = await aNetwork(cloud);
  await anInterface(cloud, { SubnetId, PrivateIpAddress: '10.0.0.77' });
  expect((await cloud.errorOf('CreateNetworkInterface', { SubnetId, PrivateIpAddress })).name).toBe(name);
});

test('a VPC goes only when everything in it has gone, and leaves nothing behind', async () => {
  const cloud = networkCloud();
  const before = [...cloud.world.tables.dump()].length;
  const { vpcId: VpcId, subnetId: SubnetId, internetGatewayId: InternetGatewayId, groupId } = await aNetwork(cloud);
  const RouteTableId = await aRouteTable(cloud, VpcId, SubnetId);
  const NetworkInterfaceId = await anInterface(cloud, { SubnetId, Groups: [groupId] });
  const isBlocked = async () => {
    expect((await cloud.errorOf('DeleteVpc', { VpcId })).name).toBe('DependencyViolation');
  };

  expect((await cloud.errorOf('DeleteSubnet', { SubnetId })).name).toBe('DependencyViolation');
  expect((await cloud.errorOf('DeleteSecurityGroup', { GroupId: groupId })).name).toBe('DependencyViolation');
  expect((await cloud.errorOf('DeleteRouteTable', { RouteTableId })).name).toBe('DependencyViolation');
  expect((await cloud.errorOf('DeleteInternetGateway', { InternetGatewayId })).name).toBe('DependencyViolation');
  await isBlocked();
  await cloud.call('DeleteNetworkInterface', { NetworkInterfaceId });
  await cloud.call('DeleteSecurityGroup', { GroupId: groupId });
  await isBlocked();
  await cloud.call('DeleteSubnet', { SubnetId });
  await isBlocked();
  await cloud.call('DeleteRouteTable', { RouteTableId });
  await isBlocked();
  await cloud.call('DetachInternetGateway', { InternetGatewayId, VpcId });
  await cloud.call('DeleteInternetGateway', { InternetGatewayId });
  await cloud.call('DeleteVpc', { VpcId });
  expect([...cloud.world.tables.dump()]).toHaveLength(before);
  expect((await cloud.errorOf('DeleteVpc', { VpcId })).name).toBe('InvalidVpcID.NotFound');
});

test('pages are stable while rows come and go', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId } = await aNetwork(cloud);
  for (let third = 1; third <= 11; third += 1)
    await cloud.call('CreateSubnet', { VpcId, CidrBlock: `10.0.${third}.0/24` });
  await cloud.world.clock.advance({ seconds: 5 });
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page: DescribeSubnetsResult = await cloud.call('DescribeSubnets', { MaxResults: 5, NextToken });
    const ids = (page.Subnets ?? []).map(({ SubnetId }) => SubnetId ?? '');
    seen.push(...ids);
    await cloud.call('DeleteSubnet', { SubnetId: ids.at(-1) });
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  expect(new Set(seen).size).toBe(12);
  expect(seen).toHaveLength(12);
});

test('a filter that the model does not know is not modelled rather than ignored', async () => {
  const cloud = networkCloud();
  const error = await cloud.errorOf('DescribeVpcs', { Filters: [{ Name: 'ipv6', Values: ['x'] }] });
  expect(error.message).toBe('NotModelled ec2:DescribeVpcs Filters ipv6');
});

test('an id that cannot be one is malformed', async () => {
  const cloud = networkCloud();
  expect((await cloud.errorOf('DescribeVpcs', { VpcIds: ['vpc-xyz'] })).name).toBe('InvalidVpcID.Malformed');
});
