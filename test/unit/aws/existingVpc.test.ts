import { callAs, connectClient } from '../../../local/cloud/sdk.ts';
import { findExistingVpc } from '../../../shared/aws/existingVpc.ts';
import { ec2 } from '../../../shared/clients/ec2.ts';
import { administrator } from '../../support/testWorld.ts';
import { type Compute, compute } from '../cloud/ec2Compute/compute.ts';

connectClient(ec2);

/** The test account's VPC with a way out of its first subnet, as an operator would bring it. */
async function aVpcOfSomebody(): Promise<Compute> {
  const world = await compute();
  const { InternetGateway } = await world.call<{ InternetGateway: { InternetGatewayId: string } }>(
    'CreateInternetGateway',
  );
  const { InternetGatewayId: GatewayId } = InternetGateway;
  await world.call('AttachInternetGateway', { InternetGatewayId: GatewayId, VpcId: world.vpcId });
  const { RouteTables } = await world.call<{ RouteTables: { RouteTableId: string }[] }>('DescribeRouteTables', {
    Filters: [{ Name: 'vpc-id', Values: [world.vpcId] }],
  });
  const RouteTableId = RouteTables[0]?.RouteTableId;
  await world.call('CreateRoute', { RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId });
  return world;
}

/** What is found once EC2 shows everything that was made. */
async function found({ world, cloud, vpcId, subnetIds }: Compute) {
  await world.clock.advance({ minutes: 5 });
  return world.clock.runUntil(
    callAs({ cloud, principal: administrator }, () =>
      findExistingVpc({
        id: vpcId,
        subnets: { private: [subnetIds[0]], public: [] },
        region: 'us-east-1',
        clusterId: 'demo-x7k2p',
      }),
    ),
  );
}

const anInterface = ({ subnetIds, call }: Compute, PrivateIpAddress: string, tags: Record<string, string> = {}) =>
  call('CreateNetworkInterface', {
    SubnetId: subnetIds[0],
    PrivateIpAddress,
    TagSpecifications: [
      { ResourceType: 'network-interface', Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ],
  });

test('addresses that others use are listed, those of the cluster’s own slots are not', async () => {
  const world = await aVpcOfSomebody();
  await anInterface(world, '10.0.0.11', { Name: 'printer' });
  await anInterface(world, '10.0.0.10', {
    'kubestep/cluster': 'other-a1b2c',
    'kubestep/resource': 'network-interface/master-0',
  });
  await anInterface(world, '10.0.0.12', {
    'kubestep/deployment': 'kubestep-dev-us-east-1',
    'kubestep/cluster': 'demo-x7k2p',
    'kubestep/resource': 'network-interface/master-0',
  });
  const [subnet] = (await found(world))?.subnets ?? [];
  expect(subnet?.addressesInUse).toEqual(['10.0.0.10', '10.0.0.11']);
});

test.each([
  { service: 'execute-api', PrivateDnsEnabled: true, catches: true },
  { service: 'execute-api', PrivateDnsEnabled: false, catches: false },
  { service: 'ec2', PrivateDnsEnabled: true, catches: false },
])(
  'an endpoint of $service with private DNS $PrivateDnsEnabled catches calls to the Node API: $catches',
  async (endpoint) => {
    const world = await aVpcOfSomebody();
    const { vpcId: VpcId, subnetIds, groupId } = world;
    expect((await found(world))?.hasPrivateNodeApiEndpoint).toBe(false);
    await world.call('ModifyVpcAttribute', { VpcId, EnableDnsHostnames: { Value: true } });
    await world.call('CreateVpcEndpoint', {
      VpcId,
      VpcEndpointType: 'Interface',
      ServiceName: `com.amazonaws.us-east-1.${endpoint.service}`,
      SubnetIds: [subnetIds[0]],
      SecurityGroupIds: [groupId],
      PrivateDnsEnabled: endpoint.PrivateDnsEnabled,
    });
    expect((await found(world))?.hasPrivateNodeApiEndpoint).toBe(endpoint.catches);
  },
);

test('the default route of each subnet is read, every range of the VPC, and what resolves names', async () => {
  const closed = await compute();
  expect((await found(closed))?.subnets[0]?.wayOut).toBe('none');
  const world = await aVpcOfSomebody();
  await world.call('AssociateVpcCidrBlock', { VpcId: world.vpcId, CidrBlock: '100.64.0.0/16' });
  expect(await found(world)).toMatchObject({
    cidrs: ['10.0.0.0/16', '100.64.0.0/16'],
    resolvesNames: true,
    givesHostnames: false,
    subnets: [{ wayOut: 'internet-gateway', givesPublicAddresses: false }],
  });
});

test('a VPC that does not exist is not found, and a subnet of another VPC is not listed', async () => {
  const world = await aVpcOfSomebody();
  expect(await found({ ...world, vpcId: 'vpc-0123456789abcdef0' })).toBeUndefined();
  const other = await world.call<{ Vpc: { VpcId: string } }>('CreateVpc', { CidrBlock: '10.9.0.0/16' });
  expect((await found({ ...world, vpcId: other.Vpc.VpcId }))?.subnets).toEqual([]);
});
