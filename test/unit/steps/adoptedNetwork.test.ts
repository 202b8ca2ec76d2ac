import { createNetwork } from './createNetwork.ts';
import { type Answer, conflict, failsOnItsWay, losesAnswerOf, lostAnswer, settle, tagged, tagsFor } from './planted.ts';
import { steps } from './steps.ts';

jest.setTimeout(120_000); // whole clusters, on machines that may be busy

describe('before the network', () => {
  test('a VPC with our tags is not even looked at, whatever its range', async () => {
    const cluster = await steps();
    const { Vpc } = await cluster.aws.call<Answer>('CreateVpc', {
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: tagged(cluster, 'vpc', 'vpc/main'),
    });
    await settle(cluster);
    const { vpcId } = await cluster.run('createVpc');
    expect(vpcId).not.toBe(Vpc.VpcId);
  });

  test('after a lost answer, more VPCs than that answer can have left are named, and none is taken', async () => {
    const cluster = await steps({}, [losesAnswerOf('CreateVpc')]);
    await expect(cluster.once('createVpc')).rejects.toMatchObject(lostAnswer);
    const { Vpc } = await cluster.aws.call<Answer>('CreateVpc', {
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: tagged(cluster, 'vpc', 'vpc/main'),
    });
    await settle(cluster);
    await expect(cluster.once('createVpc')).rejects.toMatchObject(conflict(Vpc.VpcId, 'only 1'));
  });

  test.each([
    ['with another range', { CidrBlock: '10.77.0.0/16' }, 'its ranges is .*10.77.0.0/16'],
    ['of another tenancy', { CidrBlock: '10.0.0.0/16', InstanceTenancy: 'dedicated' }, 'its tenancy is dedicated'],
  ])('a VPC %s is not what a lost answer left', async (_, differing, difference) => {
    // The call fails on its way: nothing was made, and nobody knows.
    const cluster = await steps({}, [failsOnItsWay('CreateVpc')]);
    await expect(cluster.once('createVpc')).rejects.toMatchObject(lostAnswer);
    const { Vpc } = await cluster.aws.call<Answer>('CreateVpc', {
      ...differing,
      TagSpecifications: tagged(cluster, 'vpc', 'vpc/main'),
    });
    await settle(cluster);
    await expect(cluster.once('createVpc')).rejects.toMatchObject(conflict(Vpc.VpcId, difference));
  });
});

describe('in the cluster’s VPC', () => {
  async function withVpc() {
    const cluster = await steps();
    const { vpcId } = await cluster.run('createVpc');
    const { internetGatewayId } = await cluster.run('createInternetGateway', { vpcId });
    return { cluster, vpcId, internetGatewayId };
  }

  test.each([
    ['tags', { tags: 'subnet/private-us-east-1c' }, 'its tag is'],
    ['range', { CidrBlock: 'half' }, 'its range is'],
    ['zone', { AvailabilityZone: 'us-east-1d' }, 'its zone is us-east-1d'],
  ])('a subnet with our range and another %s is named', async (_, differing: Answer, difference) => {
    const { cluster, vpcId } = await withVpc();
    const [subnet] = cluster.plan.blueprint.subnets;
    if (!subnet) throw new Error('no subnet');
    const { tags = `subnet/${subnet.key}`, CidrBlock, ...others } = differing;
    const half = subnet.cidr.replace(/\/(\d+)$/, (_all, prefix) => `/${Number(prefix) + 1}`);
    const { Subnet } = await cluster.aws.call<Answer>('CreateSubnet', {
      VpcId: vpcId,
      AvailabilityZone: subnet.zone,
      CidrBlock: CidrBlock === 'half' ? half : subnet.cidr,
      TagSpecifications: tagged(cluster, 'subnet', tags),
      ...others,
    });
    await settle(cluster);
    await expect(cluster.once('createSubnets', { vpcId })).rejects.toMatchObject(conflict(Subnet.SubnetId, difference));
  });

  test('a subnet that gives its machines public addresses is named', async () => {
    const { cluster, vpcId } = await withVpc();
    const [subnet] = cluster.plan.blueprint.subnets;
    const { Subnet } = await cluster.aws.call<Answer>('CreateSubnet', {
      VpcId: vpcId,
      AvailabilityZone: subnet?.zone,
      CidrBlock: subnet?.cidr,
      TagSpecifications: tagged(cluster, 'subnet', `subnet/${subnet?.key}`),
    });
    await cluster.aws.call('ModifySubnetAttribute', {
      SubnetId: Subnet.SubnetId,
      MapPublicIpOnLaunch: { Value: true },
    });
    await settle(cluster);
    const named = conflict(Subnet.SubnetId, 'its giving of public addresses is true');
    await expect(cluster.once('createSubnets', { vpcId })).rejects.toMatchObject(named);
  });

  test.each([
    ['tags', { resource: 'security-group/etcd' }, 'its tag is'],
    ['description', { Description: 'other' }, 'its description is other'],
    ['rules', { rule: true }, 'its ingress is .*0.0.0.0/0'],
  ])('a security group with our name and other %s is named', async (_, differing: Answer, difference) => {
    const { cluster, vpcId } = await withVpc();
    const group = cluster.plan.blueprint.securityGroups.find(({ key }) => key === 'masters');
    const { GroupId } = await cluster.aws.call<Answer>('CreateSecurityGroup', {
      VpcId: vpcId,
      GroupName: group?.name,
      Description: differing.Description ?? group?.description,
      TagSpecifications: tagged(cluster, 'security-group', differing.resource ?? 'security-group/masters'),
    });
    if (differing.rule) {
      const everybody = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
      await cluster.aws.call('AuthorizeSecurityGroupIngress', { GroupId, IpPermissions: everybody });
    }
    await settle(cluster);
    const creating = cluster.once('createSecurityGroups', { vpcId, natAddresses: {} });
    await expect(creating).rejects.toMatchObject(conflict(GroupId, difference));
  });

  test('an interface that has a slot’s address and is not ours is named with its description', async () => {
    const cluster = await steps();
    const { subnetIds, securityGroupIds } = (await createNetwork(cluster)) as Answer;
    const [slot] = cluster.plan.blueprint.slots;
    const { NetworkInterface } = await cluster.aws.call<Answer>('CreateNetworkInterface', {
      SubnetId: subnetIds[slot?.subnetKey ?? ''],
      PrivateIpAddress: slot?.address,
      Groups: [securityGroupIds.workers],
      Description: 'ELB net/billing/1',
      TagSpecifications: tagged(cluster, 'network-interface', `network-interface/${slot?.key}`),
    });
    await settle(cluster);
    const creating = cluster.once('createNetworkInterfaces', { subnetIds, securityGroupIds });
    const named = conflict(NetworkInterface.NetworkInterfaceId, 'ELB net/billing/1', 'its security groups is');
    await expect(creating).rejects.toMatchObject(named);
  });

  test.each([
    ['scheme', { Scheme: 'internet-facing' }, 'its scheme is internet-facing, not internal'],
    ['security groups', { SecurityGroups: 'workers' }, 'its security groups is'],
    ['subnets', { fewer: true }, 'its subnets is'],
    ['tags', { tag: 'load-balancer/other' }, 'its tag is other, not api'],
  ])('a balancer with our name and other %s is named', async (_, differing: Answer, difference) => {
    const { cluster, vpcId, internetGatewayId: _gateway } = await withVpc();
    const { subnetIds } = (await cluster.run('createSubnets', { vpcId })) as Answer;
    const { natAddresses } = await cluster.run('createNatGateways', { subnetIds });
    const { securityGroupIds } = (await cluster.run('createSecurityGroups', { vpcId, natAddresses })) as Answer;
    const { loadBalancer } = cluster.plan.blueprint;
    const Subnets = loadBalancer.subnetKeys.map((key) => subnetIds[key]).slice(differing.fewer ? 1 : 0);
    const { LoadBalancers } = await cluster.aws.call<Answer>('elasticloadbalancing:CreateLoadBalancer', {
      Name: loadBalancer.name,
      Type: 'network',
      Scheme: differing.Scheme ?? loadBalancer.scheme,
      Subnets,
      SecurityGroups: [securityGroupIds[differing.SecurityGroups ?? loadBalancer.securityGroupKey]],
      Tags: tagsFor(cluster, differing.tag ?? 'load-balancer/api'),
    });
    const creating = cluster.once('createLoadBalancer', { vpcId, subnetIds, securityGroupIds });
    await expect(creating).rejects.toMatchObject(conflict(LoadBalancers[0].LoadBalancerArn, difference));
  });

  test.each([
    ['port', { Port: 80 }, 'its Port is 80'],
    ['check', { HealthCheckPath: '/' }, 'its HealthCheckPath is /,'],
    ['members', { target: '10.0.0.200' }, 'its further targets is .*10.0.0.200'],
  ])('a target group with our name and other %s is named', async (_, differing: Answer, difference) => {
    const { cluster, vpcId } = await withVpc();
    const { targetGroup } = cluster.plan.blueprint.loadBalancer;
    const { target, ...changed } = differing;
    const { TargetGroups } = await cluster.aws.call<Answer>('elasticloadbalancing:CreateTargetGroup', {
      Name: targetGroup.name,
      VpcId: vpcId,
      Protocol: 'TCP',
      Port: targetGroup.port,
      TargetType: 'ip',
      HealthCheckProtocol: 'HTTPS',
      HealthCheckPath: targetGroup.healthCheckPath,
      HealthCheckIntervalSeconds: targetGroup.healthCheckIntervalSeconds,
      HealthyThresholdCount: targetGroup.healthyThreshold,
      UnhealthyThresholdCount: 2,
      Tags: tagsFor(cluster, 'target-group/api'),
      ...changed,
    });
    const TargetGroupArn = TargetGroups[0].TargetGroupArn;
    if (target) {
      await cluster.aws.call('elasticloadbalancing:RegisterTargets', { TargetGroupArn, Targets: [{ Id: target }] });
    }
    const creating = cluster.once('createLoadBalancer', { vpcId, subnetIds: {}, securityGroupIds: {} });
    await expect(creating).rejects.toMatchObject(conflict(TargetGroupArn, difference));
  });
});
