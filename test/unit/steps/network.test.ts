import { connectionAttributes } from '../../../local/cloud/elasticLoadBalancing/targetGroupAttributes.ts';
import { targetGroups } from '../../../local/cloud/elasticLoadBalancing/targetGroups.ts';
import { apiServerShutdown } from '../../../shared/blueprint/apiServerShutdown.ts';
import { storePhaseReport } from '../../../shared/store/reports.ts';
import { asAdministrator } from './createMachines.ts';
import { createNetwork } from './createNetwork.ts';
import { everyCallDiesOnce, type Steps, steps } from './steps.ts';

jest.setTimeout(60_000); // whole clusters, on machines that may be busy

const deletion = [
  'deleteLoadBalancer',
  'deleteEndpoints',
  'deleteNatGateways',
  'awaitNatGatewaysGone',
  'awaitInterfacesGone',
  'deleteSecurityGroups',
  'deleteInternetGateway',
  'deleteRouteTables',
  'deleteSubnets',
  'deleteVpc',
];

/** Counts of everything that the network consists of, of every owner. */
async function census({ aws }: Steps): Promise<Record<string, number>> {
  const count = async (operation: string, field: string, shown: (row: never) => boolean = () => true) => {
    const answer = await aws.call<Record<string, never[]>>(operation);
    return (answer[field] ?? []).filter(shown).length;
  };
  const alive = ({ State }: { State: string }) => State !== 'deleted';
  return {
    vpcs: await count('DescribeVpcs', 'Vpcs'),
    subnets: await count('DescribeSubnets', 'Subnets'),
    internetGateways: await count('DescribeInternetGateways', 'InternetGateways'),
    natGateways: await count('DescribeNatGateways', 'NatGateways', alive),
    addresses: await count('DescribeAddresses', 'Addresses'),
    routeTables: await count('DescribeRouteTables', 'RouteTables'),
    securityGroups: await count('DescribeSecurityGroups', 'SecurityGroups'),
    interfaces: await count('DescribeNetworkInterfaces', 'NetworkInterfaces'),
    endpoints: await count('DescribeVpcEndpoints', 'VpcEndpoints'),
    loadBalancers: await count('elasticloadbalancing:DescribeLoadBalancers', 'LoadBalancers'),
    targetGroups: await count('elasticloadbalancing:DescribeTargetGroups', 'TargetGroups'),
  };
}

test('the network comes up under the functions’ own roles, and a repeat of every step makes nothing twice', async () => {
  const cluster = await steps();
  const first = await createNetwork(cluster);
  const before = await census(cluster);

  const second = await createNetwork(cluster, 1);
  expect(second).toEqual(first);
  expect(await census(cluster)).toEqual(before);
  expect(before.subnets).toBe(cluster.plan.blueprint.subnets.length);
  expect(before.natGateways).toBe(3);
});

test('deleting the network leaves the account as it was, and deleting again is fine', async () => {
  const cluster = await steps();
  const before = await census(cluster);
  await createNetwork(cluster);
  for (const name of [...deletion, ...deletion]) await cluster.run(name);
  expect(await census(cluster)).toEqual(before);
});

test.each(['before', 'after'] as const)(
  'a network whose every call died once %s its effect is the same, and goes again',
  async (side) => {
    const calm = await steps();
    const untouched = await census(calm);
    await createNetwork(calm);

    const faults = everyCallDiesOnce(side);
    const cluster = await steps({}, [faults]);
    await createNetwork(cluster);
    expect(faults.deaths.size).toBeGreaterThan(40);
    expect(await census(cluster)).toEqual(await census(calm));

    for (const name of deletion) await cluster.run(name);
    expect(await census(cluster)).toEqual(untouched);
  },
);

test('the balancer leaves connections alone for as long as an API server may take to stop', async () => {
  const cluster = await steps();
  await createNetwork(cluster);
  const { targetGroup } = cluster.plan.blueprint.loadBalancer;
  const { stopSeconds } = apiServerShutdown(targetGroup);
  const [row] = [...targetGroups(cluster.aws.world).rows()];
  expect(row && connectionAttributes(row.attributes)).toEqual({
    // A master reaches itself through it.
    preserveClientAddress: false,
    unhealthySeconds: stopSeconds,
    deregisteredSeconds: stopSeconds,
  });
});

test('a balancer without healthy targets says that no master has reported, until one has', async () => {
  const cluster = await steps();
  await createNetwork(cluster);
  await cluster.aws.world.clock.advance({ minutes: 10 });
  const report = (role: { readonly group?: string }, instanceId: string) =>
    asAdministrator(cluster.aws, () =>
      storePhaseReport({
        clusterId: cluster.clusterId,
        instanceId,
        phase: 'bundle-fetched',
        outcome: 'failed',
        ...role,
      }),
    );

  const silence = /No machine of the control plane has reported/;
  await expect(cluster.once('awaitLoadBalancer')).rejects.toThrow(silence);
  await report({ group: 'workers' }, 'i-0aaaaaaaaaaaaaaaa');
  await expect(cluster.once('awaitLoadBalancer')).rejects.toThrow(silence);
  await report({}, 'i-0bbbbbbbbbbbbbbbb');
  await expect(cluster.once('awaitLoadBalancer')).rejects.toThrow(
    /master-0 at \S+ is unhealthy \([^)]*\)(?!.*has reported)/,
  );
});
