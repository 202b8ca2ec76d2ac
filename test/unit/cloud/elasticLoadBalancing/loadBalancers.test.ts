import type { DescribeNetworkInterfacesResult } from '@aws-sdk/client-ec2';
import type {
  DescribeCapacityReservationOutput,
  DescribeLoadBalancersOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { aBalancedCloud, aBalancer } from './balancers.ts';

/** The counter of jobs, a subnet's place in its range, and the role that the account's first balancer makes. */
const staysBehind = /^(jobs\.counter|ec2\.privateAddresses\.usage|iam\..*)$/;

test('a network load balancer is provisioning for 157 seconds, then active', async () => {
  const cloud = await aBalancedCloud();
  const { arn } = await aBalancer(cloud);
  const state = async () => {
    const { LoadBalancers } = await cloud.elb<DescribeLoadBalancersOutput>('DescribeLoadBalancers', { Names: ['api'] });
    return LoadBalancers?.[0]?.State?.Code;
  };
  await cloud.world.clock.advance({ seconds: 150 });
  expect(await state()).toBe('provisioning');
  await cloud.world.clock.advance({ seconds: 10 });
  expect(await state()).toBe('active');
  expect(arn).toMatch(/^arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer\/net\/api\/[0-9a-f]{16}$/);
});

test('a deleted balancer goes after 45 seconds and its interfaces a minute later', async () => {
  const cloud = await aBalancedCloud();
  const rowsOf = () => [...cloud.world.tables.dump()].filter(([table]) => !staysBehind.test(table)).length;
  const before = rowsOf();
  const { arn, groupArn } = await aBalancer(cloud);
  const { subnetId: SubnetId, groupId: GroupId } = cloud.network;
  await cloud.world.clock.advance({ minutes: 3 });
  await cloud.elb('DeleteLoadBalancer', { LoadBalancerArn: arn });
  await cloud.elb('DeleteTargetGroup', { TargetGroupArn: groupArn });
  await cloud.world.clock.advance({ seconds: 45 });
  const gone = await cloud.errorOf('elasticloadbalancing:DescribeLoadBalancers', { LoadBalancerArns: [arn] });
  expect(gone.name).toBe('LoadBalancerNotFoundException');
  const held = await cloud.call<DescribeNetworkInterfacesResult>('DescribeNetworkInterfaces', {
    Filters: [{ Name: 'description', Values: ['ELB net/api/*'] }],
  });
  expect(held.NetworkInterfaces).toMatchObject([{ RequesterManaged: true, Status: 'in-use' }]);
  expect((await cloud.errorOf('DeleteSubnet', { SubnetId })).name).toBe('DependencyViolation');
  expect((await cloud.errorOf('DeleteSecurityGroup', { GroupId })).name).toBe('DependencyViolation');
  await cloud.world.clock.advance({ minutes: 1 });
  expect(rowsOf()).toBe(before);
  await cloud.call('DeleteSubnet', { SubnetId });
  await cloud.call('DeleteSecurityGroup', { GroupId });
});

test('creating the same balancer again answers the same, and another of its name is refused', async () => {
  const cloud = await aBalancedCloud();
  const { arn } = await aBalancer(cloud);
  expect((await aBalancer(cloud)).arn).toBe(arn);
  const other = {
    Name: 'api',
    Type: 'network',
    Scheme: 'internet-facing',
    Subnets: [cloud.network.subnetId],
  };
  const error = await cloud.errorOf('elasticloadbalancing:CreateLoadBalancer', other);
  expect(error.name).toBe('DuplicateLoadBalancerNameException');
});

test('a network load balancer made without security groups never gets any', async () => {
  const cloud = await aBalancedCloud();
  const { subnetId, groupId } = cloud.network;
  const request = { Name: 'bare', Type: 'network', Scheme: 'internal', Subnets: [subnetId] };
  const { LoadBalancers } = await cloud.elb<DescribeLoadBalancersOutput>('CreateLoadBalancer', request);
  const error = await cloud.errorOf('elasticloadbalancing:SetSecurityGroups', {
    LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
    SecurityGroups: [groupId],
  });
  expect(error.name).toBe('InvalidConfigurationRequestException');
});

test.each(['a'.repeat(33), '-api', 'api-', 'internal-api', 'a_b'])('the name %s is refused', async (Name) => {
  const cloud = await aBalancedCloud();
  const request = { Name, Type: 'network', Scheme: 'internal', Subnets: [cloud.network.subnetId] };
  expect((await cloud.errorOf('elasticloadbalancing:CreateLoadBalancer', request)).name).toBe('ValidationError');
});

test('an internet-facing balancer needs an internet gateway', async () => {
  const cloud = await aBalancedCloud();
  const { vpcId: VpcId, internetGatewayId: InternetGatewayId, subnetId } = cloud.network;
  await cloud.call('DetachInternetGateway', { VpcId, InternetGatewayId });
  const request = { Name: 'public', Type: 'network', Scheme: 'internet-facing', Subnets: [subnetId] };
  expect((await cloud.errorOf('elasticloadbalancing:CreateLoadBalancer', request)).name).toBe('InvalidSubnetException');
});

test('deletion protection protects', async () => {
  const cloud = await aBalancedCloud();
  const { arn: LoadBalancerArn } = await aBalancer(cloud);
  const protect = (Value: string) =>
    cloud.elb('ModifyLoadBalancerAttributes', {
      LoadBalancerArn,
      Attributes: [{ Key: 'deletion_protection.enabled', Value }],
    });
  await protect('true');
  const error = await cloud.errorOf('elasticloadbalancing:DeleteLoadBalancer', { LoadBalancerArn });
  expect(error.name).toBe('OperationNotPermittedException');
  await protect('false');
  await cloud.elb('DeleteLoadBalancer', { LoadBalancerArn });
  await cloud.elb('DeleteLoadBalancer', { LoadBalancerArn });
});

test('an application load balancer that Kubernetes made is found by its tag and deleted', async () => {
  const cloud = await aBalancedCloud();
  const { vpcId: VpcId, subnetId, groupId } = cloud.network;
  const { Subnet } = await cloud.call<{ Subnet: { SubnetId: string } }>('CreateSubnet', {
    VpcId,
    CidrBlock: '10.0.5.0/24',
    AvailabilityZone: 'us-east-1b',
  });
  const tag = { Key: 'kubernetes.io/cluster/demo', Value: 'owned' };
  const { LoadBalancers } = await cloud.elb<DescribeLoadBalancersOutput>('CreateLoadBalancer', {
    Name: 'k8s-web',
    Subnets: [subnetId, Subnet.SubnetId],
    SecurityGroups: [groupId],
    Tags: [tag],
  });
  const LoadBalancerArn = LoadBalancers?.[0]?.LoadBalancerArn;
  const described = await cloud.elb('DescribeTags', { ResourceArns: [LoadBalancerArn] });
  expect(described).toEqual({ TagDescriptions: [{ ResourceArn: LoadBalancerArn, Tags: [tag] }] });
  await cloud.elb('DeleteLoadBalancer', { LoadBalancerArn });
  await cloud.world.clock.advance({ minutes: 2 });
  await cloud.call('DeleteSubnet', { SubnetId: Subnet.SubnetId });
});

test('a target group in use is not deleted, and serves one balancer only', async () => {
  const cloud = await aBalancedCloud();
  const { groupArn, listenerArn } = await aBalancer(cloud);
  const inUse = await cloud.errorOf('elasticloadbalancing:DeleteTargetGroup', { TargetGroupArn: groupArn });
  expect(inUse.name).toBe('ResourceInUseException');
  const { LoadBalancers } = await cloud.elb<DescribeLoadBalancersOutput>('CreateLoadBalancer', {
    Name: 'second',
    Type: 'network',
    Scheme: 'internal',
    Subnets: [cloud.network.subnetId],
  });
  const listener = {
    LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
    Protocol: 'TCP',
    Port: 443,
    DefaultActions: [{ Type: 'forward', TargetGroupArn: groupArn }],
  };
  const second = await cloud.errorOf('elasticloadbalancing:CreateListener', listener);
  expect(second.name).toBe('TargetGroupAssociationLimitException');
  await cloud.elb('DeleteListener', { ListenerArn: listenerArn });
  await cloud.elb('CreateListener', listener);
});

test('balancers are created at the pace of their request bucket', async () => {
  const cloud = await aBalancedCloud();
  const create = (Name: string) =>
    cloud.elb('CreateLoadBalancer', { Name, Type: 'network', Scheme: 'internal', Subnets: [cloud.network.subnetId] });
  const started = cloud.world.clock.now();
  let created = 0;
  while (created < 12) {
    const granted = await create(`lb-${created}`).then(
      () => true,
      (error: Error) => error.name !== 'Throttling' && Promise.reject(error),
    );
    if (granted) created += 1;
    else await cloud.world.clock.advance({ seconds: 1 });
  }
  expect(cloud.world.clock.now() - started).toBeGreaterThan(9_000);
});

test('a balancer that finds no address in its second subnet leaves nothing in its first', async () => {
  const cloud = await aBalancedCloud();
  const { vpcId: VpcId, subnetId } = cloud.network;
  const { Subnet } = await cloud.call<{ Subnet: { SubnetId: string } }>('CreateSubnet', {
    VpcId,
    CidrBlock: '10.0.4.0/28',
    AvailabilityZone: 'us-east-1b',
  });
  const { SubnetId } = Subnet;
  for (let count = 0; count < 11; count += 1) await cloud.call('CreateNetworkInterface', { SubnetId });
  const rows = () => [...cloud.world.tables.dump()].length;
  const before = rows();
  const request = { Name: 'api', Type: 'network', Scheme: 'internal', Subnets: [subnetId, SubnetId] };
  expect((await cloud.errorOf('elasticloadbalancing:CreateLoadBalancer', request)).name).toBe('InvalidSubnetException');
  expect(rows()).toBe(before);
});

test('a balancer has no reserved capacity, and its TCP listener ends idle flows after 350 seconds', async () => {
  const cloud = await aBalancedCloud();
  const { arn, listenerArn } = await aBalancer(cloud);
  const reserved = await cloud.elb<DescribeCapacityReservationOutput>('DescribeCapacityReservation', {
    LoadBalancerArn: arn,
  });
  expect(reserved.MinimumLoadBalancerCapacity).toBeUndefined();
  const attributes = await cloud.elb('DescribeListenerAttributes', { ListenerArn: listenerArn });
  expect(attributes).toMatchObject({ Attributes: [{ Key: 'tcp.idle_timeout.seconds', Value: '350' }] });
});
