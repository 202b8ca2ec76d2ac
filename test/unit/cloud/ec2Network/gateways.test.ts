import type {
  DescribeAddressesResult,
  DescribeNatGatewaysResult,
  DescribeRouteTablesResult,
  DescribeVpcEndpointServicesResult,
} from '@aws-sdk/client-ec2';
import type { TestCloud } from '../../../support/testWorld.ts';
import { aNetwork, anInterface, aRouteTable, networkCloud } from './network.ts';

async function anAddress({ call }: TestCloud): Promise<string> {
  const { AllocationId } = await call<{ AllocationId: string }>('AllocateAddress');
  return AllocationId;
}

async function aNatGateway(cloud: TestCloud, input: object): Promise<string> {
  const { NatGateway } = await cloud.call<{ NatGateway: { NatGatewayId: string } }>('CreateNatGateway', input);
  return NatGateway.NatGatewayId;
}

async function natState({ call }: TestCloud, id: string) {
  const { NatGateways } = await call<DescribeNatGatewaysResult>('DescribeNatGateways', { NatGatewayIds: [id] });
  return NatGateways?.[0];
}

test('a NAT gateway is pending for 106 seconds, then available', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId } = await aNetwork(cloud);
  const id = await aNatGateway(cloud, { SubnetId, AllocationId: await anAddress(cloud) });
  await cloud.world.clock.advance({ seconds: 100 });
  expect((await natState(cloud, id))?.State).toBe('pending');
  await cloud.world.clock.advance({ seconds: 10 });
  expect((await natState(cloud, id))?.State).toBe('available');
});

test('a NAT gateway in a VPC without internet gateway fails afterwards and says why', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId, vpcId: VpcId, internetGatewayId: InternetGatewayId } = await aNetwork(cloud);
  await cloud.call('DetachInternetGateway', { VpcId, InternetGatewayId });
  const id = await aNatGateway(cloud, { SubnetId, AllocationId: await anAddress(cloud) });
  await cloud.world.clock.advance({ minutes: 3 });
  expect(await natState(cloud, id)).toMatchObject({ State: 'failed', FailureCode: 'Gateway.NotAttached' });
});

test('one address cannot serve two NAT gateways', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId } = await aNetwork(cloud);
  const AllocationId = await anAddress(cloud);
  await aNatGateway(cloud, { SubnetId, AllocationId });
  const second = await aNatGateway(cloud, { SubnetId, AllocationId });
  await cloud.world.clock.advance({ minutes: 3 });
  expect((await natState(cloud, second))?.FailureCode).toBe('Resource.AlreadyAssociated');
});

test('the same client token answers the same NAT gateway, and refuses other parameters', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId } = await aNetwork(cloud);
  const request = { SubnetId, AllocationId: await anAddress(cloud), ClientToken: 'nat-0' };
  const first = await aNatGateway(cloud, request);
  expect(await aNatGateway(cloud, request)).toBe(first);
  const other = { ...request, AllocationId: await anAddress(cloud) };
  expect((await cloud.errorOf('CreateNatGateway', other)).name).toBe('IdempotentParameterMismatch');
});

test('a deleted NAT gateway keeps its subnet, address and internet gateway busy for a minute, and stays visible', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId, vpcId: VpcId, internetGatewayId: InternetGatewayId } = await aNetwork(cloud);
  const AllocationId = await anAddress(cloud);
  const id = await aNatGateway(cloud, { SubnetId, AllocationId });
  await cloud.world.clock.advance({ minutes: 3 });
  await cloud.call('DeleteNatGateway', { NatGatewayId: id });
  expect((await natState(cloud, id))?.State).toBe('deleting');
  expect((await cloud.errorOf('ReleaseAddress', { AllocationId })).name).toBe('AuthFailure');
  expect((await cloud.errorOf('DetachInternetGateway', { VpcId, InternetGatewayId })).name).toBe('DependencyViolation');
  expect((await cloud.errorOf('DeleteSubnet', { SubnetId })).name).toBe('DependencyViolation');
  await cloud.world.clock.advance({ minutes: 1 });
  expect((await natState(cloud, id))?.State).toBe('deleted');
  await cloud.call('ReleaseAddress', { AllocationId });
  await cloud.call('DetachInternetGateway', { VpcId, InternetGatewayId });
  await cloud.call('DeleteSubnet', { SubnetId });
  await cloud.world.clock.advance({ hours: 1 });
  expect((await cloud.errorOf('DescribeNatGateways', { NatGatewayIds: [id] })).name).toBe('NatGatewayNotFound');
});

test('a regional NAT gateway needs no subnet and serves the zones that the VPC uses', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId } = await aNetwork(cloud);
  await cloud.call('CreateSubnet', { VpcId, CidrBlock: '10.0.8.0/24', AvailabilityZone: 'us-east-1b' });
  const id = await aNatGateway(cloud, { VpcId, AvailabilityMode: 'regional' });
  await cloud.world.clock.advance({ minutes: 3 });
  const shown = await natState(cloud, id);
  expect(shown).toMatchObject({ State: 'available', AvailabilityMode: 'regional', VpcId });
  expect(shown?.NatGatewayAddresses?.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual([
    'us-east-1a',
    'us-east-1b',
  ]);
});

test('the sixth Elastic IP address exceeds the default quota', async () => {
  const cloud = networkCloud();
  for (let count = 0; count < 5; count += 1) await anAddress(cloud);
  expect((await cloud.errorOf('AllocateAddress')).name).toBe('AddressLimitExceeded');
});

test('an address in use is not released, and moves only when asked to', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId } = await aNetwork(cloud);
  const AllocationId = await anAddress(cloud);
  const [first, second] = [await anInterface(cloud, { SubnetId }), await anInterface(cloud, { SubnetId })];
  await cloud.call('AssociateAddress', { AllocationId, NetworkInterfaceId: first });
  expect((await cloud.errorOf('ReleaseAddress', { AllocationId })).name).toBe('InvalidIPAddress.InUse');
  const move = { AllocationId, NetworkInterfaceId: second };
  expect((await cloud.errorOf('AssociateAddress', move)).name).toBe('Resource.AlreadyAssociated');
  await cloud.call('AssociateAddress', { ...move, AllowReassociation: true });
  await cloud.world.clock.advance({ seconds: 5 });
  const { Addresses } = await cloud.call<DescribeAddressesResult>('DescribeAddresses');
  expect(Addresses?.[0]?.NetworkInterfaceId).toBe(second);
});

test('a route may lead to a pending NAT gateway, but not in its first moment', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId, vpcId } = await aNetwork(cloud);
  const RouteTableId = await aRouteTable(cloud, vpcId, SubnetId);
  const NatGatewayId = await aNatGateway(cloud, { SubnetId, AllocationId: await anAddress(cloud) });
  const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId };
  expect((await cloud.errorOf('CreateRoute', route)).name).toBe('InvalidNatGatewayID.NotFound');
  await cloud.world.clock.advance({ seconds: 2 });
  await cloud.call('CreateRoute', route);
  expect((await cloud.errorOf('CreateRoute', route)).name).toBe('RouteAlreadyExists');
});

test('a route becomes a blackhole when its gateway goes', async () => {
  const cloud = networkCloud();
  const { subnetId, vpcId: VpcId, internetGatewayId: GatewayId } = await aNetwork(cloud);
  const RouteTableId = await aRouteTable(cloud, VpcId, subnetId);
  await cloud.call('CreateRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId });
  await cloud.world.clock.advance({ seconds: 5 });
  const routeState = async () => {
    const found = await cloud.call<DescribeRouteTablesResult>('DescribeRouteTables', { RouteTableIds: [RouteTableId] });
    return found.RouteTables?.[0]?.Routes?.find((route) => route.DestinationCidrBlock === '0.0.0.0/0')?.State;
  };
  expect(await routeState()).toBe('active');
  await cloud.call('DetachInternetGateway', { VpcId, InternetGatewayId: GatewayId });
  expect(await routeState()).toBe('blackhole');
});

test('the 501st route of a table exceeds the default quota', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId, vpcId } = await aNetwork(cloud);
  const RouteTableId = await aRouteTable(cloud, vpcId, SubnetId);
  const NetworkInterfaceId = await anInterface(cloud, { SubnetId });
  const route = (count: number) => ({
    RouteTableId,
    DestinationCidrBlock: `100.${64 + Math.floor(count / 256)}.${count % 256}.0/24`,
    NetworkInterfaceId,
  });
  for (let count = 0; count < 500; count += 1) {
    await cloud.call('CreateRoute', route(count));
    await cloud.world.clock.advance({ seconds: 1 });
  }
  expect((await cloud.errorOf('CreateRoute', route(500))).name).toBe('RouteLimitExceeded');
});

test('replacing the main association makes another table the main one', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId } = await aNetwork(cloud);
  await cloud.world.clock.advance({ seconds: 5 });
  const main = {
    Filters: [
      { Name: 'vpc-id', Values: [VpcId] },
      { Name: 'association.main', Values: ['true'] },
    ],
  };
  const { RouteTables } = await cloud.call<DescribeRouteTablesResult>('DescribeRouteTables', main);
  const AssociationId = RouteTables?.[0]?.Associations?.[0]?.RouteTableAssociationId;
  const { RouteTable } = await cloud.call<{ RouteTable: { RouteTableId: string } }>('CreateRouteTable', { VpcId });
  await cloud.call('ReplaceRouteTableAssociation', { AssociationId, RouteTableId: RouteTable.RouteTableId });
  await cloud.world.clock.advance({ seconds: 5 });
  const after = await cloud.call<DescribeRouteTablesResult>('DescribeRouteTables', main);
  expect(after.RouteTables?.map(({ RouteTableId }) => RouteTableId)).toEqual([RouteTable.RouteTableId]);
});

test('interface endpoints hold interfaces until a minute after their deletion', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId, subnetId, groupId } = await aNetwork(cloud);
  const request = {
    VpcId,
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.us-east-1.ssm',
    SubnetIds: [subnetId],
    SecurityGroupIds: [groupId],
    PrivateDnsEnabled: true,
  };
  expect((await cloud.errorOf('CreateVpcEndpoint', request)).message).toMatch('enableDnsHostnames');
  await cloud.call('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
  const { VpcEndpoint } = await cloud.call<{ VpcEndpoint: { VpcEndpointId: string } }>('CreateVpcEndpoint', request);
  await cloud.call('DeleteVpcEndpoints', { VpcEndpointIds: [VpcEndpoint.VpcEndpointId] });
  expect((await cloud.errorOf('DeleteSubnet', { SubnetId: subnetId })).name).toBe('DependencyViolation');
  expect((await cloud.errorOf('DeleteSecurityGroup', { GroupId: groupId })).name).toBe('DependencyViolation');
  await cloud.world.clock.advance({ seconds: 61 });
  await cloud.call('DeleteSubnet', { SubnetId: subnetId });
  await cloud.call('DeleteSecurityGroup', { GroupId: groupId });
});

test('a regional NAT gateway takes the addresses that it is given for its zones, and keeps the internet gateway', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId, internetGatewayId: InternetGatewayId } = await aNetwork(cloud);
  const [first, second] = [await anAddress(cloud), await anAddress(cloud)];
  const id = await aNatGateway(cloud, {
    VpcId,
    AvailabilityMode: 'regional',
    AvailabilityZoneAddresses: [
      { AvailabilityZone: 'us-east-1a', AllocationIds: [first] },
      { AvailabilityZone: 'us-east-1b', AllocationIds: [second] },
    ],
  });
  await cloud.world.clock.advance({ minutes: 3 });
  expect((await natState(cloud, id))?.NatGatewayAddresses).toMatchObject([
    { AvailabilityZone: 'us-east-1a', AllocationId: first },
    { AvailabilityZone: 'us-east-1b', AllocationId: second },
  ]);
  const detach = { VpcId, InternetGatewayId };
  expect((await cloud.errorOf('DetachInternetGateway', detach)).name).toBe('DependencyViolation');
  await cloud.call('DeleteNatGateway', { NatGatewayId: id });
  await cloud.world.clock.advance({ minutes: 2 });
  await cloud.call('ReleaseAddress', { AllocationId: first });
  await cloud.call('DetachInternetGateway', detach);
});

test('a sixth NAT gateway in a zone exceeds the default quota', async () => {
  const cloud = networkCloud();
  const { subnetId: SubnetId } = await aNetwork(cloud);
  const request = { SubnetId, ConnectivityType: 'private' };
  for (let count = 0; count < 5; count += 1) await aNatGateway(cloud, request);
  expect((await cloud.errorOf('CreateNatGateway', request)).name).toBe('NatGatewayLimitExceeded');
});

test('a route table of another VPC cannot take over an association', async () => {
  const cloud = networkCloud();
  const { vpcId, subnetId } = await aNetwork(cloud);
  const RouteTableId = await aRouteTable(cloud, vpcId, subnetId);
  const { AssociationId } = await cloud.call('AssociateRouteTable', { RouteTableId, SubnetId: subnetId });
  const { Vpc } = await cloud.call<{ Vpc: { VpcId: string } }>('CreateVpc', { CidrBlock: '10.8.0.0/16' });
  const { RouteTable } = await cloud.call<{ RouteTable: { RouteTableId: string } }>('CreateRouteTable', {
    VpcId: Vpc.VpcId,
  });
  const replace = { AssociationId, RouteTableId: RouteTable.RouteTableId };
  expect((await cloud.errorOf('ReplaceRouteTableAssociation', replace)).name).toBe('InvalidParameterValue');
});

test('EC2 names the services that have endpoints, and refuses endpoints of others and without private names', async () => {
  const cloud = networkCloud();
  const { vpcId: VpcId, subnetId } = await aNetwork(cloud);
  await cloud.call('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
  const service = (name: string) => `com.amazonaws.us-east-1.${name}`;
  const ServiceNames = [service('s3'), service('ssm')];
  const described = await cloud.call<DescribeVpcEndpointServicesResult>('DescribeVpcEndpointServices', {
    ServiceNames,
  });
  expect(described.ServiceDetails?.map((row) => [row.ServiceName, row.ServiceType?.[0]?.ServiceType])).toEqual([
    [service('s3'), 'Gateway'],
    [service('s3'), 'Interface'],
    [service('ssm'), 'Interface'],
  ]);
  const none = { Filters: [{ Name: 'service-name', Values: [service('nosuch')] }] };
  expect(await cloud.call('DescribeVpcEndpointServices', none)).toMatchObject({ ServiceDetails: [] });
  const unknown = { ServiceNames: [service('nosuch')] };
  expect((await cloud.errorOf('DescribeVpcEndpointServices', unknown)).name).toBe('InvalidServiceName');

  const request = { VpcId, VpcEndpointType: 'Interface', SubnetIds: [subnetId], PrivateDnsEnabled: true };
  const refused = async (name: string) =>
    cloud.errorOf('CreateVpcEndpoint', { ...request, ServiceName: service(name) });
  expect((await refused('nosuch')).name).toBe('InvalidServiceName');
  expect((await refused('dynamodb')).message).toMatch('does not provide a private DNS name');
});
