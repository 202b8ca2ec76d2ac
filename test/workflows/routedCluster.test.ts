import { instances } from '../../local/cloud/ec2/instances.ts';
import { interfacesOfInstance } from '../../local/cloud/ec2/networkInterfaces.ts';
import { routeTables } from '../../local/cloud/ec2/routeTables.ts';
import { appliedQuotas } from '../../local/cloud/serviceQuotas/quotas.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { type MachineRow, machines, updateMachine } from '../../local/machines/simulated/machineRows.ts';
import { dyingOnce } from '../support/dyingOnce.ts';
import { anAccount, type Snapshot, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { demoSpec, finish, startCreate, startDelete } from '../support/runs.ts';

jest.setTimeout(60_000); // whole clusters, on machines that may be busy

const demo = demoSpec as { readonly spec: object };
const routedSpec = { ...demo, spec: { ...demo.spec, network: { plugin: 'routed' } } };

/** A ready routed cluster; every test continues from it. */
let standing: Snapshot;
beforeAll(async () => {
  const account = await anAccount();
  const { execution, failures } = await finish(account, await startCreate(account, routedSpec), 0);
  expect({ status: execution.status, failures, waits: waitsOf(account) }).toMatchObject({ status: 'SUCCEEDED' });
  standing = snapshotOf(account);
});

const nodes = ({ world }: TestAccount): MachineRow[] => [...machines(world).rows()];
const waitsOf = (account: TestAccount) => nodes(account).map(({ waitsFor }) => waitsFor);

/** The cluster's routes to pods: range → interface, by table. */
function podRoutes({ world }: TestAccount): Map<string, ReadonlyMap<string, string>> {
  const tables = [...routeTables(world).rows()].map(({ routeTableId, routes }) => {
    const toInterfaces = routes.filter(({ target }) => target.kind === 'networkInterface');
    return [routeTableId, new Map(toInterfaces.map(({ destination, target }) => [destination, target.id]))] as const;
  });
  return new Map(tables.filter(([, routes]) => routes.size > 0));
}

const asAdministrator = ({ cloud, world, until }: TestAccount, operation: string, input: object) =>
  until(cloud.call({ principal: administratorOf(world), service: 'ec2', operation, input: { ...input } }));

/** What kubelet does when its machine looks again whether it is ready. */
async function lookAgain(account: TestAccount, machine: MachineRow): Promise<MachineRow | undefined> {
  const done = machine.done.filter((name) => !['node', 'report node-ready'].includes(name));
  const { waitsFor: _, ...row } = machine;
  machines(account.world).put(machine.instanceId, { ...row, done });
  account.world.jobs.schedule('machine.boot', 0, { instanceId: machine.instanceId, startedAt: machine.startedAt });
  await account.clock.advance({ seconds: 5 });
  return machines(account.world).get(machine.instanceId);
}

test('every node of a routed cluster has a range of its own, routed to it in the table of every zone', async () => {
  const account = await anAccount({ from: standing });
  const rows = nodes(account);
  const ranges = new Map(rows.map(({ podRange = '', networkInterfaceId }) => [podRange, networkInterfaceId]));
  expect(ranges.size).toBe(6);
  const tables = podRoutes(account);
  expect(tables.size).toBe(3);
  for (const routes of tables.values()) expect(new Map([...routes].sort())).toEqual(new Map([...ranges].sort()));
  for (const { instanceId } of rows) {
    expect(interfacesOfInstance(account.world, instanceId)[0]?.sourceDestCheck).toBe(false);
  }
});

test('a route that is missing in one table keeps a machine unready and is named', async () => {
  const account = await anAccount({ from: standing });
  const [machine] = nodes(account);
  const [[tableId] = ['']] = podRoutes(account);
  await asAdministrator(account, 'DeleteRoute', { RouteTableId: tableId, DestinationCidrBlock: machine?.podRange });
  const stuck = machine && (await lookAgain(account, machine));
  const pod = machine?.podRange?.replace('0/24', '2');
  expect(stuck?.done).not.toContain('node');
  expect(stuck?.waitsFor).toMatch(
    /^node: pods of i-\w+ do not reach those of i-\w+: the route table of subnet-\w+ has no route to /,
  );
  expect(stuck?.waitsFor).toContain(String(pod));

  // The next boot asks for the range again, which fixes the route.
  updateMachine(account.world, machine?.instanceId ?? '', { done: [] });
  await account.clock.advance({ minutes: 2 });
  expect(machines(account.world).get(machine?.instanceId ?? '')?.done).toContain('report node-ready');
});

test('a machine whose source/destination check is on is not ready', async () => {
  const account = await anAccount({ from: standing });
  const machine = nodes(account).at(-1);
  const InstanceId = machine?.instanceId;
  await asAdministrator(account, 'ModifyInstanceAttribute', { InstanceId, SourceDestCheck: { Value: true } });
  const stuck = machine && (await lookAgain(account, machine));
  expect(stuck?.waitsFor).toContain('source/destination check is on');
});

test('a terminated node takes its routes along and gives its range back; its successor has routes again', async () => {
  const account = await anAccount({ from: standing });
  const before = podRoutes(account);
  const gone = nodes(account).find(
    ({ instanceId }) => instances(account.world).get(instanceId)?.groupName !== undefined,
  );
  await asAdministrator(account, 'TerminateInstances', { InstanceIds: [gone?.instanceId] });
  await account.clock.advance({ minutes: 20 });

  for (const [table, routes] of podRoutes(account)) {
    expect([...routes.values()]).not.toContain(gone?.networkInterfaceId);
    expect(routes.size).toBe(before.get(table)?.size);
  }
  expect(nodes(account).every(({ done }) => done.includes('report node-ready'))).toBe(true);
});

test('a node beyond the quota of routes says so in its report, with the number and the way out', async () => {
  const account = await anAccount({ from: standing });
  appliedQuotas(account.world).put('L-93826ACB', 1);
  const gone = nodes(account).find(
    ({ instanceId }) => instances(account.world).get(instanceId)?.groupName !== undefined,
  );
  await asAdministrator(account, 'TerminateInstances', { InstanceIds: [gone?.instanceId] });
  await account.clock.advance({ minutes: 10 });

  const { body } = await account.ask('GET', '/clusters/demo/nodes');
  expect(JSON.stringify(body)).toContain('aws service-quotas request-service-quota-increase');
  expect(nodes(account).filter(({ done }) => !done.includes('report node-ready'))).toHaveLength(1);
});

test('deletion leaves no route table and no range', async () => {
  const account = await anAccount({ from: standing });
  const { execution } = await finish(account, await startDelete(account), 0);
  expect(execution.status).toBe('SUCCEEDED');
  await account.clock.advance({ hours: 2 });
  expect(podRoutes(account).size).toBe(0);
  const keys = [...account.world.tables.dump()].map(([, key]) => key);
  expect(keys.filter((key) => /(routes|machine)#/.test(key))).toEqual([]);
});

test.each(['before', 'after'] as const)(
  'a function that dies %s any of its calls leaves no range without routes, and none that is taken twice',
  async (side) => {
    const faults = dyingOnce(side, ['postPodRange', 'forgetMachine']);
    const account = await anAccount({ faults });
    const { execution } = await finish(account, await startCreate(account, routedSpec), 0);
    expect(execution.status).toBe('SUCCEEDED');
    const gone = nodes(account).find(
      ({ instanceId }) => instances(account.world).get(instanceId)?.groupName !== undefined,
    );
    await asAdministrator(account, 'TerminateInstances', { InstanceIds: [gone?.instanceId] });
    await account.clock.advance({ minutes: 30 });

    const ranges = new Map(
      nodes(account).map(({ podRange = '', networkInterfaceId }) => [podRange, networkInterfaceId]),
    );
    expect(ranges.size).toBe(6);
    for (const routes of podRoutes(account).values())
      expect(new Map([...routes].sort())).toEqual(new Map([...ranges].sort()));
    const rows = [...account.world.tables.dump()].filter(
      ([table, key]) => table.startsWith('dynamodb.items') && /routes#/.test(key),
    );
    expect(rows).toHaveLength(6);
    expect(faults.deaths.size).toBeGreaterThan(10);
  },
);
