import { readSlot } from '../../../shared/store/machines.ts';
import { asAdministrator, beforeLaunch, bundlesRendered } from './createMachines.ts';
import { type Answer, conflict, diesWith, settle, tagged } from './planted.ts';
import { type Steps, steps } from './steps.ts';

jest.setTimeout(120_000); // whole clusters, on machines that may be busy

/** Resumed a day and more later, when EC2 has forgotten every token. */
const aDayLater = ({ aws }: Steps) => aws.world.clock.advance({ hours: 25 });
const resumed = { attempt: 1000 };

const died = { name: 'Died' };

async function withSubnets(cluster: Steps) {
  const { vpcId } = await cluster.run('createVpc');
  const { internetGatewayId } = await cluster.run('createInternetGateway', { vpcId });
  const { subnetIds } = await cluster.run('createSubnets', { vpcId });
  return { vpcId, internetGatewayId, subnetIds };
}

const gatewaysOf = async ({ aws }: Steps) => (await aws.call<Answer>('DescribeNatGateways')).NatGateways as Answer[];

/** Route tables of the cluster; the VPC's main one has no tags. */
const tablesOf = async ({ aws }: Steps) =>
  ((await aws.call<Answer>('DescribeRouteTables')).RouteTables as Answer[]).filter(({ Tags }) => Tags.length > 0);

describe('a lost answer whose token has ended', () => {
  test('leaves a NAT gateway that is found by its address, and none is made besides', async () => {
    const cluster = await steps({}, [diesWith('CreateNatGateway')]);
    const { subnetIds } = await withSubnets(cluster);
    await expect(cluster.once('createNatGateways', { subnetIds })).rejects.toMatchObject(died);
    await aDayLater(cluster);
    await cluster.run('createNatGateways', { subnetIds }, resumed);
    const { natGatewayIds } = await cluster.run('awaitNatGateways', { subnetIds });
    const made = (await gatewaysOf(cluster)).map(({ NatGatewayId }) => NatGatewayId).sort();
    expect(Object.values(natGatewayIds as object).sort()).toEqual(made);
    expect(made).toHaveLength(3);
  });

  test('leaves a route table that is found, and none is made besides', async () => {
    const cluster = await steps({}, [diesWith('CreateRouteTable')]);
    const input = await withSubnets(cluster);
    await expect(cluster.once('createRouteTables', input)).rejects.toMatchObject(died);
    await aDayLater(cluster);
    const { routeTableIds } = await cluster.run('createRouteTables', input, resumed);
    const made = (await tablesOf(cluster)).map(({ RouteTableId }) => RouteTableId).sort();
    expect(Object.values(routeTableIds as object).sort()).toEqual(made);
  });

  test('leaves a route table that a new execution finds, though none of its states was tried before', async () => {
    const cluster = await steps({}, [diesWith('CreateRouteTable')]);
    const input = await withSubnets(cluster);
    await expect(cluster.once('createRouteTables', input)).rejects.toMatchObject(died);
    await aDayLater(cluster);
    await cluster.startAgain();
    const { routeTableIds } = await cluster.run('createRouteTables', input);
    expect(await tablesOf(cluster)).toHaveLength(Object.keys(routeTableIds as object).length);
  });

  test('lets no route table that leads elsewhere pass for the one that was left', async () => {
    const cluster = await steps({}, [diesWith('CreateRouteTable')]);
    const input = await withSubnets(cluster);
    await expect(cluster.once('createRouteTables', input)).rejects.toMatchObject(died);
    const [table] = cluster.plan.blueprint.routeTables;
    const { RouteTable } = await cluster.aws.call<Answer>('CreateRouteTable', {
      VpcId: input.vpcId,
      TagSpecifications: tagged(cluster, 'route-table', `route-table/${table?.key}`),
    });
    await cluster.aws.call('CreateRoute', {
      RouteTableId: RouteTable.RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: input.internetGatewayId,
    });
    await aDayLater(cluster);
    const again = cluster.once('createRouteTables', input, resumed.attempt);
    await expect(again).rejects.toMatchObject(conflict(RouteTable.RouteTableId, 'its routes is .*0.0.0.0/0'));
  });

  test('leaves a machine that is found by the token that it was launched with', async () => {
    const cluster = await steps({}, [diesWith('RunInstances')]);
    const parts = await beforeLaunch(cluster);
    await expect(cluster.once('launchEtcd', parts)).rejects.toMatchObject(died);
    await aDayLater(cluster);
    await cluster.run('launchEtcd', parts, resumed);
    expect(await machinesOf(cluster)).toHaveLength(cluster.plan.blueprint.slots.length);
  });
});

test('a machine that a lost answer left with another bundle is named, and replaced when it is terminated', async () => {
  const cluster = await steps({}, [diesWith('RunInstances')]);
  const parts = await beforeLaunch(cluster);
  await expect(cluster.once('launchEtcd', parts)).rejects.toMatchObject(died);
  await settle(cluster);
  const slots = await asAdministrator(cluster.aws, () =>
    Promise.all(cluster.plan.blueprint.slots.map(({ key }) => readSlot(cluster.clusterId, key))),
  );
  const recorded = slots.map(({ instanceId }) => instanceId);
  const [left] = (await machinesOf(cluster)).filter((id) => !recorded.includes(id));

  await bundlesRendered(cluster, 'cd'.repeat(32));
  const again = cluster.once('launchEtcd', parts, resumed.attempt);
  await expect(again).rejects.toMatchObject(conflict(left ?? 'none', 'Terminate it, then resume'));
  await cluster.aws.call('TerminateInstances', { InstanceIds: [left] });
  await cluster.run('launchEtcd', parts, resumed);
  expect(await machinesOf(cluster)).toHaveLength(cluster.plan.blueprint.slots.length);
});

async function machinesOf({ aws }: Steps): Promise<string[]> {
  const alive = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];
  const { Reservations } = await aws.call<Answer>('DescribeInstances', { Filters: alive });
  return Reservations.flatMap(({ Instances }: Answer) => Instances.map(({ InstanceId }: Answer) => InstanceId));
}
