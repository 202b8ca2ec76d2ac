import { breakInstance, mendInstance } from '../../local/cloud/ec2/zoneOutages.ts';
import { signingRequests } from '../../local/machines/simulated/certificates.ts';
import { machineCertificates, machines } from '../../local/machines/simulated/machineRows.ts';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import { clusterStands } from '../support/checks/clusterStands.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, demoSpec, finish, startCreate } from '../support/runs.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

// The Node API logs whom it refuses, and a machine that asks wrongly is refused again and again.
let quiet: jest.SpyInstance;
beforeAll(() => {
  quiet = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterAll(() => quiet.mockRestore());

const namesOf = (instanceId: string) =>
  ['kubelet-client', 'kubelet-server'].map((profile) => `${instanceId}/${profile}`);

/** Lets a machine ask for certificates in words that nobody understands: it fails, reports it, and begins again for ever. */
function confuse({ world }: TestAccount, instanceId: string): void {
  for (const name of namesOf(instanceId)) {
    machineCertificates(world).put(name, { key: 'none' });
    signingRequests(world).put(name, 'nonsense');
  }
}

function relieve({ world }: TestAccount, instanceId: string): void {
  for (const name of namesOf(instanceId)) signingRequests(world).delete(name);
}

/** A creation whose machine number `index` is confused from the start. Masters come first. */
async function aCreationWithConfused(index: number, spec: object = demoSpec) {
  const account = await anEmptyAccount();
  const arn = await startCreate(account, spec);
  while (machines(account.world).size <= index) await account.clock.advance({ milliseconds: 500 });
  const confused = [...machines(account.world).rows()][index]?.instanceId ?? '';
  confuse(account, confused);
  return { account, arn, confused };
}

const withWorkers = (count: number): object => {
  const { spec } = demoSpec as { readonly spec: { readonly nodeGroups: readonly object[] } };
  return { ...demoSpec, spec: { ...spec, nodeGroups: [{ ...spec.nodeGroups[0], min: count, max: count + 2 }] } };
};

const nodesOf = async (account: TestAccount): Promise<readonly NodeView[]> =>
  (await account.ask('GET', '/clusters/demo/nodes')).body.nodes;

test('one worker that reports failed for ever does not end a creation of ten, and get nodes names it', async () => {
  const { account, arn, confused } = await aCreationWithConfused(5, withWorkers(10));
  const { execution } = await finish(account, arn, 0);
  expect(execution.status).toBe('SUCCEEDED');
  const nodes = await nodesOf(account);
  expect(nodes.filter(({ phase }) => phase === 'node-ready')).toHaveLength(12);
  expect(nodes.filter(({ failure }) => failure !== undefined).map(({ instanceId }) => instanceId)).toEqual([confused]);
  expect(nodes.find(({ instanceId }) => instanceId === confused)?.failure).toMatch(/^certificates-issued: .*400/);
});

test('one worker that reports failed for ever ends a creation of three by its name, and resumed it finishes', async () => {
  const { account, arn, confused } = await aCreationWithConfused(4);
  await account.until(account.engine.whenEnded(arn));
  const { status, error, cause } = account.engine.describe(arn);
  expect([status, error]).toEqual(['FAILED', 'MachineFailed']);
  expect(cause).toContain(`Node group workers has 2 of 3 nodes. ${confused}: certificates-issued: `);
  relieve(account, confused);
  expect((await finish(account, arn, 1)).execution.status).toBe('SUCCEEDED');
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});

test('a master that fails before etcd ends the creation with what it said, not with a timeout', async () => {
  const { account, arn, confused } = await aCreationWithConfused(1);
  await account.until(account.engine.whenEnded(arn));
  const { status, error, cause } = account.engine.describe(arn);
  expect([status, error]).toEqual(['FAILED', 'MachineFailed']);
  expect(cause).toContain(`master-1 (${confused}): certificates-issued: `);
  relieve(account, confused);
  expect((await finish(account, arn, 1)).execution.status).toBe('SUCCEEDED');
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});

test('two masters that come up minutes apart are waited for, and the wait is shown', async () => {
  const account = await anEmptyAccount();
  const arn = await startCreate(account);
  while (machines(account.world).size < 3) await account.clock.advance({ milliseconds: 500 });
  const [, second, third] = [...machines(account.world).rows()].map(({ instanceId }) => instanceId);
  for (const late of [second, third]) breakInstance(account.world, String(late));
  await account.clock.advance({ minutes: 6 });
  expect((await nodesOf(account)).map(({ slot, waitsFor }) => [slot, waitsFor])).toContainEqual([
    'master-0',
    expect.stringMatching(/^etcd-serving: etcd has 1 of 3 members/),
  ]);
  for (const late of [second, third]) mendInstance(account.world, String(late));
  const { execution, failures } = await finish(account, arn, 0);
  expect([execution.status, failures]).toEqual(['SUCCEEDED', []]);
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});
