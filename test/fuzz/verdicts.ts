import { Tables } from '../../local/cloud/tables.ts';
import { machineBundles, machines } from '../../local/machines/simulated/machineRows.ts';
import { mastersOf } from '../support/apiServers.ts';
import { clusterStands, runningMachines } from '../support/checks/clusterStands.ts';
import { lockReleased, storedRow } from '../support/checks/lockReleased.ts';
import { noSecretLeaves, type PlaintextLog } from '../support/checks/noSecretLeaves.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { calmRun } from '../support/crashSweep.ts';
import { type Snapshot, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { changedSpec, clusterIdOf, finish, startCreate, startDelete, startReconfigure } from '../support/runs.ts';
import { anAccountWithCluster, emptySnapshot } from '../support/standingCluster.ts';
import { difference, stateOf, type WorldState } from '../support/worldState.ts';
import { movesMachines } from './schedule.ts';
import type { TroubledRun } from './troubledRun.ts';

/** What is not as it should be after a creation; a cluster that was left half-created need not be ready. */
export async function problemsOfCreation(run: TroubledRun, plaintexts: PlaintextLog): Promise<string[]> {
  if (run.failed) return [...run.failed];
  const { account } = run;
  const always = [
    ...nothingDoubled(account).map((name) => `twice: ${name}`),
    ...noSecretLeaves(account, plaintexts).map((row) => `a secret in ${row}`),
  ];
  if (run.isAbandoned) return always;

  const clusterId = await clusterIdOf(account);
  const standing = await clusterStands(account, clusterId);
  const moved = movesMachines(run.schedule);
  return [
    ...always,
    ...standing.filter((problem) => !(moved && problem.startsWith('machines: '))),
    ...(moved ? machinesMissing(account, clusterId) : differences(await calmCreation(), account)),
    ...(await lockReleased(account)),
  ];
}

/** What is not as it should be after a change: every API server runs the new flag, and the cluster is as ready as it was. */
export async function problemsOfChange(run: TroubledRun, plaintexts: PlaintextLog): Promise<string[]> {
  if (run.failed) return [...run.failed];
  const { account } = run;
  const { world } = account;
  const masters = mastersOf(world);
  const switched = masters.filter(({ current }) =>
    (machineBundles(world).get(current?.['kube-apiserver'] ?? '') ?? '').includes('--max-requests-inflight=800'),
  );
  const clusterId = await clusterIdOf(account);
  return [
    ...noSecretLeaves(account, plaintexts).map((row) => `a secret in ${row}`),
    ...(switched.length === 3 ? [] : [`${switched.length} of ${masters.length} API servers run the new flag`]),
    ...masters.flatMap(({ instanceId, journal }) => (journal ? [`${instanceId} is half switched`] : [])),
    ...(await clusterStands(account, clusterId)).filter((problem) => !problem.startsWith('machines: ')),
    ...(await lockReleased(account)),
  ];
}

/** Workers may have moved to other zones; there are still three of them and three masters, all ready. */
function machinesMissing(account: TestAccount, clusterId: string): string[] {
  const ready = runningMachines(account, clusterId).filter(
    ({ instanceId }) => machines(account.world).get(instanceId)?.nodeReadySince !== undefined,
  );
  const workers = ready.filter(({ groupName }) => groupName !== undefined).length;
  const masters = ready.length - workers;
  return workers === 3 && masters === 3 ? [] : [`${masters} masters and ${workers} workers are ready`];
}

/** Whether the deployment knows of the cluster, so that it can be deleted. */
export async function isRecorded(account: TestAccount): Promise<boolean> {
  return (await storedRow(account, 'clusters', 'demo')) !== undefined;
}

/** What is there and was not before. */
export function leftOver(account: TestAccount, before: Snapshot): string[] {
  return nothingLeaked(before, snapshotOf(account)).map((row) => `left over: ${row}`);
}

/** What is not as it should be after a deletion: of the whole cluster, or of what there was of it. */
export async function problemsOfDeletion(
  run: TroubledRun,
  { before, isOfWhole }: { readonly before: Snapshot; readonly isOfWhole: boolean },
): Promise<string[]> {
  if (run.failed) return [...run.failed];
  const { account } = run;
  const { status } = await account.ask('GET', '/clusters/demo');
  return [
    ...(status === 404 ? [] : [`GET /clusters/demo answers ${status}`]),
    ...leftOver(account, before),
    ...(isOfWhole ? differences(await calmDeletion(), account) : []),
    ...(await lockReleased(account)),
  ];
}

/** Made once in each process. */
const made: { creation?: Promise<WorldState>; deletion?: Promise<WorldState> } = {};

/** What a creation without any fault leaves. */
async function calmCreation(): Promise<WorldState> {
  made.creation ??= calmRun(await emptySnapshot(), (account) => startCreate(account)).then(({ after }) =>
    comparable(after),
  );
  return made.creation;
}

/** What a deletion without any fault leaves. */
async function calmDeletion(): Promise<WorldState> {
  made.deletion ??= anAccountWithCluster()
    .then(async (account) => {
      await finish(account, await startReconfigure(account, changedSpec), 0);
      return account;
    })
    .then((account) => calmRun(snapshotOf(account), (each) => startDelete(each)))
    .then(({ after }) => comparable(after));
  return made.deletion;
}

/** Row by row, in what the account differs from one that nothing has disturbed. */
function differences(calm: WorldState, account: TestAccount): string[] {
  const { missing, extra } = difference(calm, comparable(snapshotOf(account)));
  return [...missing.map((row) => `missing: ${row}`), ...extra.map((row) => `extra: ${row}`)];
}

function comparable({ rows }: Snapshot): WorldState {
  const tables = new Tables();
  tables.restore(rows.map(([table, key, row]) => [table, key, ordered(row)]));
  return stateOf(tables);
}

/** A row read from disk has its fields in another order than one that never left memory. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, ordered(field)]));
}
