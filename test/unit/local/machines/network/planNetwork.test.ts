import type { AllocateAddressResult, CreateSecurityGroupResult } from '@aws-sdk/client-ec2';
import { loseZone, restoreZone } from '../../../../../local/cloud/ec2/zoneOutages.ts';
import { filterRules } from '../../../../../local/machines/nspawn/network/filterRules.ts';
import { planNetwork } from '../../../../../local/machines/nspawn/network/planNetwork.ts';
import { aRouteTable } from '../../../cloud/ec2Network/network.ts';
import {
  aBalancedCloud,
  aBalancer,
  aMaster,
  type BalancedCloud,
  openPort,
} from '../../../cloud/elasticLoadBalancing/balancers.ts';

const planOf = ({ world, network }: BalancedCloud) => planNetwork(world, network.vpcId, 'w1');

async function aCloudWithMaster() {
  const cloud = await aBalancedCloud();
  const networkInterfaceId = await aMaster(cloud, '10.0.0.10');
  await cloud.world.clock.advance({ minutes: 3 });
  return { cloud, networkInterfaceId };
}

test('an instance’s interface is planned as EC2 shows it', async () => {
  const { cloud, networkInterfaceId } = await aCloudWithMaster();
  const plan = planOf(cloud);
  expect(plan.namespace).toBe(`kubestep-w1-${cloud.network.vpcId}`);
  expect(plan.dnsAddresses).toEqual(['10.0.0.2', '169.254.169.253']);
  expect(plan.interfaces).toHaveLength(1);
  const [own] = plan.interfaces;
  expect(own).toMatchObject({
    networkInterfaceId,
    deviceName: `e-${networkInterfaceId.slice(-12)}`,
    deviceIndex: 0,
    address: '10.0.0.10',
    prefixLength: 24,
    routerAddress: '10.0.0.1',
    sourceDestCheck: true,
    dark: false,
  });
  expect(own?.deviceName.length).toBeLessThanOrEqual(15);
  expect(own?.namespace).toBe(`kubestep-w1-${own?.instanceId}`);
  expect(plan.names['ip-10-0-0-10.ec2.internal']).toEqual(['10.0.0.10']);
});

test('an interface that nothing holds is not planned, nor is one whose instance is gone', async () => {
  const { cloud } = await aCloudWithMaster();
  const { subnetId: SubnetId, groupId } = cloud.network;
  await cloud.call('CreateNetworkInterface', { SubnetId, Groups: [groupId] });
  const [own] = planOf(cloud).interfaces;
  expect(planOf(cloud).interfaces).toHaveLength(1);
  await cloud.call('TerminateInstances', { InstanceIds: [own?.instanceId] });
  await cloud.world.clock.advance({ minutes: 5 });
  expect(planOf(cloud).interfaces).toEqual([]);
});

test('a lost zone darkens its interfaces and the nodes of balancers in it', async () => {
  const { cloud } = await aCloudWithMaster();
  await aBalancer(cloud);
  await cloud.world.clock.advance({ minutes: 5 });
  loseZone(cloud.world, 'us-east-1a');
  expect(planOf(cloud).interfaces.map(({ dark }) => dark)).toEqual([true]);
  expect(planOf(cloud).nodes.map(({ dark }) => dark)).toEqual([true]);
  restoreZone(cloud.world, 'us-east-1a');
  expect(planOf(cloud).interfaces.map(({ dark }) => dark)).toEqual([false]);
});

test('a machine reaches outside once its routes lead there', async () => {
  const { cloud, networkInterfaceId } = await aCloudWithMaster();
  expect(planOf(cloud).interfaces[0]?.reachesOutside).toBe(false);
  await aWayOut(cloud, networkInterfaceId);
  expect(planOf(cloud).interfaces[0]?.reachesOutside).toBe(true);
});

test('a balancer that faces the internet is reached by its public address, if its groups know the sender’s', async () => {
  const { cloud, networkInterfaceId } = await aCloudWithMaster();
  const publicIp = await aWayOut(cloud, networkInterfaceId);
  const balancer = await aBalancer(cloud, { Scheme: 'internet-facing' });
  await cloud.world.clock.advance({ minutes: 5 });
  const entrance = () => planOf(cloud).nodes[0]?.publicEntrance;
  expect(planOf(cloud).names[balancer.dnsName.toLowerCase()]).toEqual([entrance()?.address]);
  expect(planOf(cloud).balancers[0]?.nodes[0]?.publicAddress).toBe(entrance()?.address);
  expect(entrance()?.ports).toEqual([{ port: 6443, deviceNames: [] }]);
  const permission = { IpProtocol: 'tcp', FromPort: 6443, ToPort: 6443, IpRanges: [{ CidrIp: `${publicIp}/32` }] };
  await cloud.call('AuthorizeSecurityGroupIngress', {
    GroupId: cloud.network.groupId,
    IpPermissions: [permission],
  });
  const [{ deviceName = '' } = {}] = planOf(cloud).interfaces;
  expect(entrance()?.ports).toEqual([{ port: 6443, deviceNames: [deviceName] }]);
});

/** A route to the internet for the subnet and a public address for the interface; answers the address. */
async function aWayOut(cloud: BalancedCloud, networkInterfaceId: string): Promise<string> {
  const { vpcId, subnetId, internetGatewayId } = cloud.network;
  const RouteTableId = await aRouteTable(cloud, vpcId, subnetId);
  await cloud.call('CreateRoute', {
    RouteTableId,
    DestinationCidrBlock: '0.0.0.0/0',
    GatewayId: internetGatewayId,
  });
  const { AllocationId, PublicIp } = await cloud.call<AllocateAddressResult>('AllocateAddress', { Domain: 'vpc' });
  await cloud.call('AssociateAddress', { AllocationId, NetworkInterfaceId: networkInterfaceId });
  return PublicIp ?? '';
}

test('a route to an interface leads to its machine, and nowhere while that is dark', async () => {
  const { cloud, networkInterfaceId } = await aCloudWithMaster();
  const { vpcId, subnetId } = cloud.network;
  const RouteTableId = await aRouteTable(cloud, vpcId, subnetId);
  const DestinationCidrBlock = '10.244.1.0/24';
  await cloud.call('CreateRoute', { RouteTableId, DestinationCidrBlock, NetworkInterfaceId: networkInterfaceId });
  const routes = () => planOf(cloud).routeTables.find(({ routeTableId }) => routeTableId === RouteTableId)?.routes;
  const deviceName = planOf(cloud).interfaces[0]?.deviceName;
  expect(planOf(cloud).interfaces[0]?.routeTableId).toBe(RouteTableId);
  expect(routes()).toEqual([{ destination: DestinationCidrBlock, via: { address: '10.0.0.10', deviceName } }]);
  loseZone(cloud.world, 'us-east-1a');
  expect(routes()).toEqual([{ destination: DestinationCidrBlock }]);
});

test('a rule for a group names the links of its machines and the addresses of its balancers’ nodes', async () => {
  const { cloud } = await aCloudWithMaster();
  await openPort(cloud);
  await aBalancer(cloud);
  await cloud.world.clock.advance({ minutes: 5 });
  const plan = planOf(cloud);
  const own = plan.groups.find(({ groupId }) => groupId === cloud.network.groupId);
  expect(own?.ingress).toEqual([
    {
      protocol: 'tcp',
      fromPort: 6443,
      toPort: 6443,
      peer: {
        deviceNames: plan.interfaces.map(({ deviceName }) => deviceName),
        addresses: plan.nodes.map(({ address }) => address),
      },
    },
  ]);
  expect(own?.egress).toMatchObject([{ protocol: '-1', peer: { cidrBlock: '0.0.0.0/0' } }]);
});

test('a balancer is planned once it is active, with the targets that are not draining', async () => {
  const { cloud } = await aCloudWithMaster();
  const balancer = await aBalancer(cloud);
  const TargetGroupArn = balancer.groupArn;
  const Targets = [{ Id: '10.0.0.10', Port: 6443 }];
  await cloud.elb('RegisterTargets', { TargetGroupArn, Targets });
  await cloud.world.clock.advance({ minutes: 5 });
  const plan = planOf(cloud);
  expect(plan.names[balancer.dnsName.toLowerCase()]).toEqual(plan.nodes.map(({ address }) => address));
  expect(plan.balancers[0]?.nodes).toEqual([{ address: plan.nodes[0]?.address, zone: 'us-east-1a' }]);
  expect(plan.balancers[0]?.listeners[0]).toMatchObject({
    port: 6443,
    group: {
      arn: TargetGroupArn,
      crossZone: false,
      healthCheck: { protocol: 'HTTPS', path: '/readyz', intervalSeconds: 10, unhealthyThreshold: 2 },
      targets: [{ address: '10.0.0.10', port: 6443, zone: 'us-east-1a' }],
    },
  });
  await cloud.elb('DeregisterTargets', { TargetGroupArn, Targets });
  expect(planOf(cloud).balancers[0]?.listeners[0]?.group.targets).toEqual([]);
});

test('a group that no interface is in gets no chain, and an empty VPC lets nothing through', async () => {
  const cloud = await aBalancedCloud();
  await cloud.call<CreateSecurityGroupResult>('CreateSecurityGroup', {
    VpcId: cloud.network.vpcId,
    GroupName: 'idle',
    Description: 'idle',
  });
  const rules = filterRules(planOf(cloud));
  expect(rules).not.toMatch(/chain (in|out)-/);
  expect(rules).toMatch(/hook forward priority filter; policy drop;/);
  expect(rules).toMatch(/hook input priority filter; policy drop;/);
});
