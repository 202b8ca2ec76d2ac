import { randomDelays } from '../../local/cloud/delays.ts';
import { seededRandom } from '../../local/cloud/random.ts';
import { machines } from '../../local/machines/simulated/machineRows.ts';
import { clusterStands, runningMachines } from '../support/checks/clusterStands.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { noSecretLeaves, plaintextLog } from '../support/checks/noSecretLeaves.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { anAccount, type Snapshot, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, finish, startCreate, startDelete } from '../support/runs.ts';
import { emptySnapshot } from '../support/standingCluster.ts';
import { disturbanceOf } from './disturbance.ts';
import { type FaultSchedule, movesMachines, scheduleOf } from './schedule.ts';

/** What a seed showed: nothing in `problems` is as it should be. */
export interface SeedResult {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly resumes: number;
  readonly struck: Readonly<Record<string, number>>;
}

type StartRun = (account: TestAccount) => Promise<string>;

/** Ended instances are shown for an hour, balancers' interfaces for minutes; what is left after that stays. */
const untilQuiet = { hours: 3 };

/** Creates and deletes a cluster under the faults of this seed and says what was not as it should be. */
export async function runSeed(seed: number): Promise<SeedResult> {
  const before = { ...(await emptySnapshot()), chance: seed };
  const plaintexts = plaintextLog();
  const create = await troubled(before, scheduleOf(2 * seed), startCreate, plaintexts.observer);
  const creationProblems = create.failed ?? (await problemsOfCreation(create.account, create.schedule, plaintexts));
  if (creationProblems.length > 0) {
    return {
      seed,
      problems: creationProblems.map((one) => `create: ${one}`),
      resumes: create.resumes,
      struck: create.struck,
    };
  }

  const remove = await troubled(snapshotOf(create.account), scheduleOf(2 * seed + 1), startDelete, plaintexts.observer);
  const deletionProblems = remove.failed ?? (await problemsOfDeletion(remove.account, before));
  return {
    seed,
    problems: deletionProblems.map((one) => `delete: ${one}`),
    resumes: create.resumes + remove.resumes,
    struck: sumOf(create.struck, remove.struck),
  };
}

interface TroubledRun {
  readonly account: TestAccount;
  readonly schedule: FaultSchedule;
  readonly resumes: number;
  readonly struck: Readonly<Record<string, number>>;
  /** Why it never came to its end. */
  readonly failed: readonly string[] | undefined;
}

/** Runs an operation under a schedule, resumed as often as it fails, until it is through and the world is quiet. */
async function troubled(
  from: Snapshot,
  schedule: FaultSchedule,
  start: StartRun,
  observer: ReturnType<typeof plaintextLog>['observer'],
): Promise<TroubledRun> {
  const disturbance = disturbanceOf(schedule);
  const startedAt = from.time;
  const open = async (snapshot: Snapshot): Promise<TestAccount> => {
    const delays = randomDelays(seededRandom(schedule.seed ^ snapshot.time).next);
    const options = { faults: disturbance.faults, observers: [observer, disturbance.observer], delays };
    const account = await anAccount({ ...options, from: snapshot });
    disturbance.trouble(account, startedAt);
    return account;
  };

  let account = await open(from);
  try {
    let executionArn = await start(account);
    for (const second of schedule.killedAt) {
      const left = startedAt + second * 1000 - account.clock.now();
      if (left <= 0) continue;
      await account.clock.advance({ milliseconds: left });
      account = await open(snapshotOf(account));
      executionArn = await start(account);
    }
    const { execution, resumes, failures } = await finish(account, executionArn);
    const end = startedAt + schedule.calmAfter * 1000 - account.clock.now();
    await account.clock.advance({ milliseconds: Math.max(0, end) });
    await account.clock.advance(untilQuiet);
    const failed =
      execution.status === 'SUCCEEDED' ? undefined : [`not finished after ${resumes} resumes: ${failures.at(-1)}`];
    return { account, schedule, resumes, struck: disturbance.struck, failed };
  } catch (error) {
    return { account, schedule, resumes: 0, struck: disturbance.struck, failed: [String((error as Error).message)] };
  }
}

async function problemsOfCreation(
  account: TestAccount,
  schedule: FaultSchedule,
  plaintexts: ReturnType<typeof plaintextLog>,
): Promise<string[]> {
  const clusterId = await clusterIdOf(account);
  const standing = await clusterStands(account, clusterId);
  const moved = movesMachines(schedule);
  return [
    ...standing.filter((problem) => !(moved && problem.startsWith('machines: '))),
    ...(moved ? machinesMissing(account, clusterId) : []),
    ...nothingDoubled(account).map((name) => `twice: ${name}`),
    ...(await lockReleased(account)),
    ...noSecretLeaves(account, plaintexts).map((row) => `a secret in ${row}`),
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

async function problemsOfDeletion(account: TestAccount, before: Snapshot): Promise<string[]> {
  const { status } = await account.ask('GET', '/clusters/demo');
  return [
    ...(status === 404 ? [] : [`GET /clusters/demo answers ${status}`]),
    ...nothingLeaked(before, snapshotOf(account)).map((row) => `left over: ${row}`),
    ...(await lockReleased(account)),
  ];
}

function sumOf(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>) {
  const sum = { ...one };
  for (const [kind, count] of Object.entries(other)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}
