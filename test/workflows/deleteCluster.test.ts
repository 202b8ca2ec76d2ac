import { securityGroups } from '../../local/cloud/ec2/securityGroups.ts';
import { subnets } from '../../local/cloud/ec2/subnets.ts';
import { volumes } from '../../local/cloud/ec2/volumes.ts';
import { vpcs } from '../../local/cloud/ec2/vpcs.ts';
import { loadBalancers } from '../../local/cloud/elasticLoadBalancing/loadBalancers.ts';
import { callLog } from '../support/callLog.ts';
import { clusterStands } from '../support/checks/clusterStands.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { anAccount, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { plantKubernetesResources, plantLookAlikes } from '../support/plants.ts';
import { clusterIdOf, demoSpec, finish, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount, emptySnapshot } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

/** Ended instances are shown for an hour, balancers' interfaces for minutes. */
const untilQuiet = { hours: 3 };

/** Deletes `demo`, resuming when it fails, and waits until everything that goes is gone. */
async function deleted(account: TestAccount, arn?: string) {
  const run = await finish(account, arn ?? (await startDelete(account)));
  await account.clock.advance(untilQuiet);
  return run;
}

/** Those of the ids that EC2, IAM, KMS or Elastic Load Balancing still have, and do not end. */
function present({ world }: TestAccount, ids: readonly string[]): string[] {
  const tables = [volumes, securityGroups, loadBalancers, vpcs, subnets].map((table) => table(world));
  const others = ['iam.roles', 'kms.keys'].map((name) => world.tables.table<{ deletionDate?: number }>(name));
  return ids.filter(
    (id) =>
      tables.some((table) => table.has(id)) ||
      others.some((table) => table.has(id) && table.get(id)?.deletionDate === undefined),
  );
}

test('a deletion leaves the account as it was before the cluster, without one refusal or failure', async () => {
  const log = callLog();
  const account = await anAccountWithCluster({ observers: [log.observer] });
  const { execution, failures } = await deleted(account);

  expect(execution.status).toBe('SUCCEEDED');
  expect(failures).toEqual([]);
  expect(log.refusals).toEqual([]);
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account))).toEqual([]);
  expect(await lockReleased(account)).toEqual([]);
  expect((await account.ask('GET', '/clusters/demo')).status).toBe(404);
});

test('what Kubernetes made goes with its cluster; volumes to keep, and what belongs to others or only looks alike, stay', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  const lookAlikes = await plantLookAlikes(account, clusterId);
  const { gone, kept } = await plantKubernetesResources(account, clusterId);
  expect(present(account, gone)).toEqual(gone);

  const { execution } = await deleted(account);
  expect(execution.status).toBe('SUCCEEDED');
  expect(present(account, gone)).toEqual([]);
  expect(present(account, [...kept, ...lookAlikes])).toEqual([...kept, ...lookAlikes]);
});

test('a deletion that is stopped halfway is resumed to its end', async () => {
  const account = await anAccountWithCluster();
  const arn = await startDelete(account);
  await account.clock.advance({ seconds: 75 });
  const { runId } = JSON.parse(account.engine.describe(arn).input);
  expect((await account.ask('POST', `/clusters/demo/runs/${runId}/stop`)).status).toBe(200);
  expect(account.engine.describe(arn).status).toBe('ABORTED');
  await account.clock.advance({ minutes: 30 });

  const { execution } = await deleted(account, arn);
  expect(execution.status).toBe('SUCCEEDED');
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account))).toEqual([]);
});

test('a half-created cluster is deleted once its creation has been quiet for long enough, and not before', async () => {
  const failing = await anEmptyAccount({
    faults: { strike: ({ functionName }) => (/startMasters$/.test(functionName) ? 'die' : undefined) },
  });
  const creation = await failing.until(failing.engine.whenEnded(await startCreate(failing)));
  expect(creation.status).toBe('FAILED');
  const account = await anAccount({ from: snapshotOf(failing) });

  const query = { requestId: 'delete', takeOver: 'true' };
  const early = await account.ask('DELETE', '/clusters/demo', undefined, query);
  expect([early.status, early.body.message]).toEqual([
    409,
    expect.stringMatching(/can be taken over from create-\w+ in \d+ s/),
  ]);
  await account.clock.advance({ seconds: 150 });
  const { execution } = await deleted(account, await startDelete(account, 'demo', 'delete', true));
  expect(execution.status).toBe('SUCCEEDED');
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account))).toEqual([]);
});

test('a cluster that is protected against deletion is not deleted, and the refusal says how', async () => {
  const log = callLog();
  const account = await anEmptyAccount({ observers: [log.observer] });
  const protectedSpec = { ...demoSpec, spec: { ...(demoSpec.spec as object), deletionProtection: true } };
  await finish(account, await startCreate(account, protectedSpec), 0);
  log.clear();
  const { status, body } = await account.ask('DELETE', '/clusters/demo');
  expect([status, body.message]).toEqual([400, expect.stringContaining('kubestep protect demo --off')]);
  expect(log.calls.map(({ operation }) => operation)).not.toContain('StartExecution');
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);

  await account.ask('POST', '/clusters/demo/protection', undefined, { protected: 'false' });
  expect((await account.ask('DELETE', '/clusters/demo')).status).toBe(200);
});

test('a name is free again at once: the next cluster of that name exists beside the keys of the first', async () => {
  const account = await anAccountWithCluster();
  const first = await clusterIdOf(account);
  await finish(account, await startDelete(account), 0);
  const { execution } = await finish(account, await startCreate(account, demoSpec, 'second'), 0);
  const second = await clusterIdOf(account);
  expect(execution.status).toBe('SUCCEEDED');
  expect(second).not.toBe(first);
  expect(await clusterStands(account, second)).toEqual([]);
});
