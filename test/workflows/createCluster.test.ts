import type { PlannedResource } from '../../shared/blueprint/resources.ts';
import { callLog, resourceWrites } from '../support/callLog.ts';
import { clusterStands } from '../support/checks/clusterStands.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { noSecretLeaves, plaintextLog } from '../support/checks/noSecretLeaves.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { taggedResources } from '../support/checks/taggedResources.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, demoSpec, type FinishedRun, finish, startCreate } from '../support/runs.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

const log = callLog();
const plaintexts = plaintextLog();
let account: TestAccount;
let run: FinishedRun;
let seconds: number;
let clusterId: string;

beforeAll(async () => {
  account = await anEmptyAccount({ observers: [log.observer, plaintexts.observer] });
  const begun = account.clock.now();
  run = await finish(account, await startCreate(account), 0);
  seconds = (account.clock.now() - begun) / 1000;
  clusterId = await clusterIdOf(account);
});

test('a cluster is ready after its creation: machines in every zone, all nodes ready, all targets healthy, one record, no lock', async () => {
  expect(run.execution).toMatchObject({ status: 'SUCCEEDED' });
  expect(await clusterStands(account, clusterId)).toEqual([]);
  expect(await lockReleased(account)).toEqual([]);
  expect(nothingDoubled(account)).toEqual([]);
});

test('a highly available cluster is created within six and a half minutes', () => {
  expect(seconds).toBeGreaterThan(240); // NAT gateways, balancer and target health alone take as long
  expect(seconds).toBeLessThan(390);
});

test('IAM refuses nothing in a calm creation, and nothing that the world does by itself fails', () => {
  expect(log.refusals).toEqual([]);
  expect(account.failedJobs).toEqual([]);
});

test('the history stays far below what Step Functions holds', () => {
  const events = account.engine.history(run.execution.executionArn);
  const largest = Math.max(...events.map((event) => JSON.stringify(event).length));
  expect(largest).toBeLessThan(32 * 1024); // of 256 KiB
  expect(events.length).toBeLessThan(1000); // of 25,000
});

test('no private key and no plaintext of KMS is anywhere but in KMS and on the machine that made it', () => {
  expect(plaintexts.plaintexts.size).toBeGreaterThan(0);
  expect(noSecretLeaves(account, plaintexts)).toEqual([]);
});

test('the plan lists exactly what a creation makes', async () => {
  const empty = await anEmptyAccount();
  const { body } = await empty.ask('POST', '/clusters/demo/plan', JSON.stringify(demoSpec));
  const planned = (body.resources as readonly PlannedResource[]).map(({ kind, key }) => `${kind}/${key}`);
  expect(taggedResources(account, clusterId)).toEqual(planned.sort());
});

test('the plan of a cluster that exists says the same of resources, price and duration as the one before it was made', async () => {
  const empty = await anEmptyAccount();
  const before = await empty.ask('POST', '/clusters/demo/plan', JSON.stringify(demoSpec));
  const after = await account.ask('GET', '/clusters/demo/plan');
  expect(after.status).toBe(200);
  const said = ({ resources, price, duration }: typeof after.body) => ({
    kinds: resources.map(({ kind, key }: PlannedResource) => `${kind}/${key}`),
    price,
    duration,
  });
  expect(said(after.body)).toEqual(said(before.body));
  expect(before.body.price.monthly).toBeGreaterThan(100);
  expect(before.body.duration.seconds).toBeGreaterThan(60);
});

test('a request to plan answers with the plan and writes nothing', async () => {
  const dry = callLog();
  const empty = await anEmptyAccount({ observers: [dry.observer] });
  const { status, body } = await empty.ask('POST', '/clusters/demo/plan', JSON.stringify(demoSpec));
  expect([status, Object.keys(body)]).toEqual([200, ['plan', 'resources', 'price', 'duration', 'warnings']]);
  expect(resourceWrites(dry.calls)).toEqual([]);
  expect(dry.calls.filter(({ operation }) => /^(Put|Update|Delete|Batch|Transact|Start)/.test(operation))).toEqual([]);
});
