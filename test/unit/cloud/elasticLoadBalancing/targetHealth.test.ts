import { connectionAttributes } from '../../../../local/cloud/elasticLoadBalancing/targetGroupAttributes.ts';
import { targetGroupOf } from '../../../../local/cloud/elasticLoadBalancing/targetGroups.ts';
import { throughBalancer } from '../../../../local/cloud/elasticLoadBalancing/throughBalancer.ts';
import { aBalancedCloud, aBalancer, aMaster, healthOf, openPort } from './balancers.ts';

const master = { Id: '10.0.0.10', Port: 6443 };

async function aRegisteredMaster() {
  const cloud = await aBalancedCloud();
  const balancer = await aBalancer(cloud);
  const networkInterfaceId = await aMaster(cloud, master.Id);
  await cloud.world.clock.advance({ minutes: 3 });
  await cloud.elb('RegisterTargets', { TargetGroupArn: balancer.groupArn, Targets: [master] });
  return { cloud, balancer, networkInterfaceId, health: () => healthOf(cloud, balancer.groupArn) };
}

test('a serving target is healthy two minutes after its registration', async () => {
  const { cloud, health } = await aRegisteredMaster();
  await openPort(cloud);
  cloud.serving.set(master.Id, cloud.world.clock.now());
  expect(await health()).toEqual(['initial Elb.RegistrationInProgress']);
  await cloud.world.clock.advance({ seconds: 70 });
  expect(await health()).toEqual(['initial Elb.InitialHealthChecking']);
  await cloud.world.clock.advance({ seconds: 60 });
  expect(await health()).toEqual(['healthy']);
});

test('a target registered before it serves becomes healthy two checks after it began', async () => {
  const { cloud, health } = await aRegisteredMaster();
  await openPort(cloud);
  await cloud.world.clock.advance({ minutes: 5 });
  expect(await health()).toEqual(['unhealthy Target.FailedHealthChecks']);
  cloud.serving.set(master.Id, cloud.world.clock.now());
  expect(await health()).toEqual(['unhealthy Target.FailedHealthChecks']);
  await cloud.world.clock.advance({ seconds: 20 });
  expect(await health()).toEqual(['healthy']);
});

test('a group that keeps the balancer out keeps the target unhealthy', async () => {
  const { cloud, health } = await aRegisteredMaster();
  cloud.serving.set(master.Id, cloud.world.clock.now());
  await cloud.world.clock.advance({ minutes: 5 });
  expect(await health()).toEqual(['unhealthy Target.FailedHealthChecks']);
  await openPort(cloud);
  expect(await health()).toEqual(['healthy']);
});

test('targets of a group without listener are unused', async () => {
  const { cloud, balancer, health } = await aRegisteredMaster();
  await cloud.elb('DeleteListener', { ListenerArn: balancer.listenerArn });
  expect(await health()).toEqual(['unused Target.NotInUse']);
});

test('a deregistered target drains for the delay that its group sets, then is not listed', async () => {
  const { cloud, balancer, health } = await aRegisteredMaster();
  await cloud.elb('ModifyTargetGroupAttributes', {
    TargetGroupArn: balancer.groupArn,
    Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }],
  });
  await cloud.elb('DeregisterTargets', { TargetGroupArn: balancer.groupArn, Targets: [{ Id: master.Id }] });
  expect(await health()).toEqual(['draining Target.DeregistrationInProgress']);
  await cloud.world.clock.advance({ seconds: 31 });
  expect(await health()).toEqual([]);
});

test('registering twice does not begin the checks again', async () => {
  const { cloud, balancer, health } = await aRegisteredMaster();
  await openPort(cloud);
  cloud.serving.set(master.Id, cloud.world.clock.now());
  await cloud.world.clock.advance({ minutes: 3 });
  await cloud.elb('RegisterTargets', { TargetGroupArn: balancer.groupArn, Targets: [master] });
  expect(await health()).toEqual(['healthy']);
});

test('a target in a zone without node is unused until balancing crosses zones', async () => {
  const { cloud, balancer, health } = await aRegisteredMaster();
  const { vpcId: VpcId } = cloud.network;
  const { Subnet } = await cloud.call<{ Subnet: { SubnetId: string } }>('CreateSubnet', {
    VpcId,
    CidrBlock: '10.0.6.0/24',
    AvailabilityZone: 'us-east-1b',
  });
  await cloud.call('CreateNetworkInterface', { SubnetId: Subnet.SubnetId, PrivateIpAddress: '10.0.6.10' });
  await cloud.elb('DeregisterTargets', { TargetGroupArn: balancer.groupArn, Targets: [master] });
  await cloud.elb('RegisterTargets', { TargetGroupArn: balancer.groupArn, Targets: [{ Id: '10.0.6.10' }] });
  expect(await health()).toContain('unused Target.NotInUse');
  await cloud.elb('ModifyLoadBalancerAttributes', {
    LoadBalancerArn: balancer.arn,
    Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
  });
  expect(await health()).toContain('initial Elb.RegistrationInProgress');
});

test.each([
  [{ Id: '10.9.0.1' }, 'ValidationError'],
  [{ Id: 'i-0123456789abcdef0' }, 'ValidationError'],
])('the target %j of a group of addresses is refused', async (target, name) => {
  const { cloud, balancer } = await aRegisteredMaster();
  const request = { TargetGroupArn: balancer.groupArn, Targets: [target] };
  expect((await cloud.errorOf('elasticloadbalancing:RegisterTargets', request)).name).toBe(name);
});

test('a machine reaches the API through the balancer once it resolves and lets the machine in', async () => {
  const cloud = await aBalancedCloud();
  const { dnsName, groupArn } = await aBalancer(cloud);
  const from = await aMaster(cloud, '10.0.0.10');
  const through = () => throughBalancer(cloud.world, { from, dnsName, port: 6443 });
  await cloud.elb('RegisterTargets', { TargetGroupArn: groupArn, Targets: [master, { Id: '10.0.0.11' }] });
  expect(through()).toMatchObject({ reachable: false, why: expect.stringContaining('does not resolve') });
  await cloud.world.clock.advance({ minutes: 3 });
  expect(through()).toMatchObject({ reachable: false, why: expect.stringContaining('no ingress rule') });
  await openPort(cloud);
  cloud.serving.set(master.Id, cloud.world.clock.now());
  await cloud.world.clock.advance({ minutes: 3 });
  expect(through()).toEqual({ reachable: true, targets: [{ address: '10.0.0.10', port: 6443 }] });
});

const preserve = (Value: string) => [{ Key: 'preserve_client_ip.enabled', Value }];

test('a machine whose address is preserved does not reach itself through the balancer', async () => {
  const { cloud, balancer, networkInterfaceId: from } = await aRegisteredMaster();
  await openPort(cloud);
  cloud.serving.set(master.Id, cloud.world.clock.now());
  await cloud.world.clock.advance({ minutes: 3 });
  const { dnsName, groupArn: TargetGroupArn } = balancer;
  const through = () => throughBalancer(cloud.world, { from, dnsName, port: 6443 });
  expect(through()).toMatchObject({ reachable: true });
  await cloud.elb('ModifyTargetGroupAttributes', { TargetGroupArn, Attributes: preserve('true') });
  expect(through()).toMatchObject({ reachable: false, why: expect.stringContaining('to itself') });
});

test('connections to unhealthy targets are cut at once or after an interval, not both', async () => {
  const { cloud, balancer } = await aRegisteredMaster();
  const { groupArn: TargetGroupArn } = balancer;
  const change = (attributes: Record<string, string>) => ({
    TargetGroupArn,
    Attributes: Object.entries(attributes).map(([Key, Value]) => ({ Key, Value })),
  });
  const interval = { 'target_health_state.unhealthy.draining_interval_seconds': '180' };
  const connections = () => connectionAttributes(targetGroupOf(cloud.world, TargetGroupArn).attributes);
  expect(connections()).toEqual({
    preserveClientAddress: false,
    unhealthySeconds: 0,
    deregisteredSeconds: undefined,
  });
  const refused = await cloud.errorOf('elasticloadbalancing:ModifyTargetGroupAttributes', change(interval));
  expect(refused.name).toBe('InvalidConfigurationRequestException');
  const off = { 'target_health_state.unhealthy.connection_termination.enabled': 'false' };
  await cloud.elb('ModifyTargetGroupAttributes', change(off));
  expect(connections().unhealthySeconds).toBeUndefined();
  await cloud.elb('ModifyTargetGroupAttributes', change(interval));
  expect(connections().unhealthySeconds).toBe(180);
});
