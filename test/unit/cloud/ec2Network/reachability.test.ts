import { publicImages } from '../../../../local/cloud/ec2/images.ts';
import { outboundWay, serviceWay } from '../../../../local/cloud/ec2/outboundWay.ts';
import { canReach } from '../../../../local/cloud/ec2/reachability.ts';
import { loseZone, restoreZone } from '../../../../local/cloud/ec2/zoneOutages.ts';
import type { TestCloud } from '../../../support/testWorld.ts';
import { aNetwork, anInterface, aRouteTable, type Network, networkCloud } from './network.ts';

const imageId = publicImages.find(({ architecture }) => architecture === 'arm64')?.id;

/** A running instance on a new interface at this address; answers the interface. */
async function aMachine(cloud: TestCloud, network: Network, PrivateIpAddress: string): Promise<string> {
  const NetworkInterfaceId = await anInterface(cloud, {
    SubnetId: network.subnetId,
    Groups: [network.groupId],
    PrivateIpAddress,
  });
  await cloud.call('RunInstances', {
    ImageId: imageId,
    InstanceType: 't4g.medium',
    MinCount: 1,
    MaxCount: 1,
    NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }],
  });
  await cloud.world.clock.advance({ seconds: 10 });
  return NetworkInterfaceId;
}

async function twoMachines() {
  const cloud = networkCloud();
  const network = await aNetwork(cloud);
  const first = await aMachine(cloud, network, '10.0.0.10');
  const second = await aMachine(cloud, network, '10.0.0.20');
  return { cloud, network, first, second };
}

const api = { address: '10.0.0.20', protocol: 'tcp', port: 6443 };

function allow(cloud: TestCloud, GroupId: string, source: object, port = 6443) {
  const permission = { IpProtocol: 'tcp', FromPort: port, ToPort: port, ...source };
  return cloud.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: [permission] });
}

test('a machine reaches another only through a port that its group opens', async () => {
  const { cloud, network, first } = await twoMachines();
  const closed = canReach(cloud.world, { from: first, to: api });
  expect(closed).toMatchObject({ reachable: false, why: expect.stringContaining('no ingress rule') });
  await allow(cloud, network.groupId, { UserIdGroupPairs: [{ GroupId: network.groupId }] });
  expect(canReach(cloud.world, { from: first, to: api })).toEqual({ reachable: true });
  expect(canReach(cloud.world, { from: first, to: { ...api, port: 6444 } }).reachable).toBe(false);
  expect(canReach(cloud.world, { from: first, to: { ...api, protocol: 'udp' } }).reachable).toBe(false);
  expect(canReach(cloud.world, { from: first, to: { ...api, address: '10.0.0.99' } }).reachable).toBe(false);
});

test('nothing leaves a group whose egress rule is gone', async () => {
  const { cloud, network, first } = await twoMachines();
  await allow(cloud, network.groupId, { IpRanges: [{ CidrIp: '10.0.0.0/16' }] });
  await cloud.call('RevokeSecurityGroupEgress', {
    GroupId: network.groupId,
    IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  const reach = canReach(cloud.world, { from: first, to: api });
  expect(reach).toMatchObject({ reachable: false, why: expect.stringContaining('no egress rule') });
});

test('pods reach each other once routes exist and the source/destination checks are off', async () => {
  const { cloud, network, first, second } = await twoMachines();
  const RouteTableId = await aRouteTable(cloud, network.vpcId, network.subnetId);
  await allow(cloud, network.groupId, { UserIdGroupPairs: [{ GroupId: network.groupId }] }, 8080);
  const pod = { from: first, fromAddress: '100.64.1.5', to: { address: '100.64.2.7', protocol: 'tcp', port: 8080 } };
  const why = () => {
    const reach = canReach(cloud.world, pod);
    return reach.reachable ? 'reachable' : reach.why;
  };
  const checkOff = (NetworkInterfaceId: string) =>
    cloud.call('ModifyNetworkInterfaceAttribute', { NetworkInterfaceId, SourceDestCheck: { Value: false } });

  expect(why()).toMatch('may not send as 100.64.1.5');
  await checkOff(first);
  expect(why()).toMatch('no route to 100.64.2.7');
  await cloud.call('CreateRoute', { RouteTableId, DestinationCidrBlock: '100.64.2.0/24', NetworkInterfaceId: second });
  expect(why()).toMatch('drops what is for 100.64.2.7');
  await checkOff(second);
  expect(why()).toBe('reachable');
});

test('a private machine gets out once its NAT gateway is available and routed, from a subnet with a way out', async () => {
  const { cloud, network, first } = await twoMachines();
  const { world } = cloud;
  const internet = () => outboundWay(world, first).internet.reachable;
  const { Subnet } = await cloud.call<{ Subnet: { SubnetId: string } }>('CreateSubnet', {
    VpcId: network.vpcId,
    CidrBlock: '10.0.7.0/24',
  });
  const everything = { DestinationCidrBlock: '0.0.0.0/0' };
  const publicTable = await aRouteTable(cloud, network.vpcId, Subnet.SubnetId);
  const privateTable = await aRouteTable(cloud, network.vpcId, network.subnetId);
  const { AllocationId } = await cloud.call('AllocateAddress');
  const { NatGateway } = await cloud.call<{ NatGateway: { NatGatewayId: string } }>('CreateNatGateway', {
    SubnetId: Subnet.SubnetId,
    AllocationId,
  });
  await world.clock.advance({ seconds: 5 });
  await cloud.call('CreateRoute', {
    RouteTableId: privateTable,
    ...everything,
    NatGatewayId: NatGateway.NatGatewayId,
  });
  expect(internet()).toBe(false);
  await world.clock.advance({ minutes: 2 });
  expect(internet()).toBe(false);
  await cloud.call('CreateRoute', { RouteTableId: publicTable, ...everything, GatewayId: network.internetGatewayId });
  expect(internet()).toBe(true);
  await cloud.call('DeleteNatGateway', { NatGatewayId: NatGateway.NatGatewayId });
  expect(internet()).toBe(false);
});

test('a routed gateway endpoint is a way to S3 and to nothing else', async () => {
  const { cloud, network, first } = await twoMachines();
  const RouteTableId = await aRouteTable(cloud, network.vpcId, network.subnetId);
  await cloud.call('CreateVpcEndpoint', {
    VpcId: network.vpcId,
    ServiceName: 'com.amazonaws.us-east-1.s3',
    RouteTableIds: [RouteTableId],
  });
  expect(outboundWay(cloud.world, first).s3.reachable).toBe(false);
  await cloud.world.clock.advance({ seconds: 10 });
  const way = outboundWay(cloud.world, first);
  expect([way.s3.reachable, way.internet.reachable]).toEqual([true, false]);
});

test('an interface endpoint with private DNS takes over its service, closed port or not', async () => {
  const { cloud, network, first } = await twoMachines();
  const RouteTableId = await aRouteTable(cloud, network.vpcId, network.subnetId);
  await cloud.call('CreateRoute', {
    RouteTableId,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: network.internetGatewayId,
  });
  const { AllocationId } = await cloud.call('AllocateAddress');
  await cloud.call('AssociateAddress', { AllocationId, NetworkInterfaceId: first });
  expect(serviceWay(cloud.world, first, 'execute-api').reachable).toBe(true);
  await cloud.call('ModifyVpcAttribute', { VpcId: network.vpcId, EnableDnsHostnames: { Value: true } });
  await cloud.call('CreateVpcEndpoint', {
    VpcId: network.vpcId,
    VpcEndpointType: 'Interface',
    ServiceName: 'com.amazonaws.us-east-1.execute-api',
    SubnetIds: [network.subnetId],
    SecurityGroupIds: [network.groupId],
  });
  await cloud.world.clock.advance({ minutes: 3 });
  expect(serviceWay(cloud.world, first, 'execute-api').reachable).toBe(false);
  await allow(cloud, network.groupId, { IpRanges: [{ CidrIp: '10.0.0.0/16' }] }, 443);
  expect(serviceWay(cloud.world, first, 'execute-api').reachable).toBe(true);
  expect(serviceWay(cloud.world, first, 'ssm').reachable).toBe(true);
});

test('the internet reaches a machine by its public address, if the route back and the group allow it', async () => {
  const { cloud, network, second } = await twoMachines();
  const { AllocationId, PublicIp } = await cloud.call<{ AllocationId: string; PublicIp: string }>('AllocateAddress');
  await cloud.call('AssociateAddress', { AllocationId, NetworkInterfaceId: second });
  const to = { address: PublicIp, protocol: 'tcp', port: 6443 };
  const reachable = () => canReach(cloud.world, { from: 'internet', to }).reachable;
  await allow(cloud, network.groupId, { IpRanges: [{ CidrIp: '0.0.0.0/0' }] });
  expect(reachable()).toBe(false);
  const RouteTableId = await aRouteTable(cloud, network.vpcId, network.subnetId);
  const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: network.internetGatewayId };
  await cloud.call('CreateRoute', route);
  expect(reachable()).toBe(true);
});

test('nothing in a lost zone answers', async () => {
  const { cloud, network, first } = await twoMachines();
  await allow(cloud, network.groupId, { IpRanges: [{ CidrIp: '10.0.0.0/16' }] });
  loseZone(cloud.world, 'us-east-1a');
  expect(canReach(cloud.world, { from: first, to: api }).reachable).toBe(false);
  restoreZone(cloud.world, 'us-east-1a');
  expect(canReach(cloud.world, { from: first, to: api }).reachable).toBe(true);
});
