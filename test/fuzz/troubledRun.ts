import type { CallObserver } from '../../local/cloud/cloud.ts';
import { randomDelays } from '../../local/cloud/delays.ts';
import { seededRandom } from '../../local/cloud/random.ts';
import { Tables } from '../../local/cloud/tables.ts';
import { takeoverAfterSeconds } from '../../shared/operations/claimLock.ts';
import { anAccount, type Snapshot, type TestAccount } from '../support/embeddedWorld.ts';
import { changedSpec, finish, NotAnswered, startCreate, startDelete, startReconfigure } from '../support/runs.ts';
import type { Defect } from './defects.ts';
import { type Disturbance, disturbanceOf } from './disturbance.ts';
import type { Struck } from './faultCounts.ts';
import { afterCut, type RecordedJournal, recordedJournal, standingRows } from './killedWorld.ts';
import type { FaultSchedule, Kill, Operation } from './schedule.ts';
import { afterSigkill } from './sigkill.ts';
import { unlessUncaught } from './uncaught.ts';

/** How operations begin; a deletion may follow a creation that has never ended, and takes its lock over. */
export const starts: Readonly<Record<Operation, (account: TestAccount) => Promise<string>>> = {
  create: (account) => startCreate(account),
  reconfigure: (account) => startReconfigure(account, changedSpec),
  delete: (account) => startDelete(account, 'demo', 'delete', true),
};

/** An operation and what is to go wrong with it. */
export interface Trouble {
  readonly from: Snapshot;
  readonly schedule: FaultSchedule;
  readonly observers: readonly CallObserver[];
  readonly defect?: Defect;
}

export interface TroubledRun {
  readonly account: TestAccount;
  readonly schedule: FaultSchedule;
  readonly resumes: number;
  readonly struck: Struck;
  /** Whether a creation was left unfinished, on purpose. */
  readonly isAbandoned: boolean;
  /** Why it never came to its end. */
  readonly failed: readonly string[] | undefined;
}

/** Runs an operation under a schedule, resumed as often as it fails, until it is through and the world is quiet. */
export async function troubled(trouble: Trouble): Promise<TroubledRun> {
  const { from, schedule } = trouble;
  const { operation } = schedule;
  const disturbance = disturbanceOf(schedule);
  let life = await liveOn(trouble, from, disturbance);
  const endsWith = (rest: { resumes?: number; isAbandoned?: boolean; failed?: string[] }): TroubledRun => ({
    account: life.account,
    schedule,
    resumes: 0,
    struck: disturbance.struck,
    isAbandoned: false,
    failed: undefined,
    ...rest,
  });
  const lifeInTrouble = async (): Promise<TroubledRun> => {
    let executionArn = await starts[operation](life.account);
    for (const kill of schedule.kills) {
      if (from.time + kill.second * 1000 <= life.account.clock.now()) continue;
      disturbance.count(kill.isReal ? 'SIGKILL' : 'cut journal');
      life = await liveOn(trouble, await killed(trouble, life, kill), disturbance);
      executionArn = await starts[operation](life.account);
    }

    const { account } = life;
    if (await isAbandoned(account, schedule, { executionArn, startedAt: from.time })) {
      disturbance.count(`creation left by ${schedule.abandoned?.by}`);
      await account.clock.advance({ seconds: takeoverAfterSeconds });
      return endsWith({ isAbandoned: true });
    }
    const { execution, resumes, failures } = await finish(account, executionArn);
    if (execution.status !== 'SUCCEEDED')
      return endsWith({ resumes, failed: [`not finished after ${resumes} resumes: ${failures.at(-1)}`] });
    const end = from.time + schedule.calmAfter * 1000 - account.clock.now();
    await account.clock.advance({ milliseconds: Math.max(0, end) });
    await account.clock.advance(untilQuiet);
    return endsWith({ resumes });
  };
  try {
    return await unlessUncaught(lifeInTrouble);
  } catch (error) {
    // The function that is broken may be one that the request itself needs: then nothing has begun.
    if (error instanceof NotAnswered && schedule.abandoned?.by === 'failure') return endsWith({ isAbandoned: true });
    return endsWith({ failed: [String((error as Error).message)] });
  }
}

/** Ended instances are shown for an hour, balancers' interfaces for minutes; what is left after that stays. */
const untilQuiet = { hours: 3 };

/** The world from one opening to its process's death. */
interface Life {
  readonly account: TestAccount;
  readonly from: Snapshot;
  readonly journal: RecordedJournal;
}

async function liveOn(
  { schedule, observers, from: beginning, defect }: Trouble,
  from: Snapshot,
  disturbance: Disturbance,
): Promise<Life> {
  const live: { account?: TestAccount } = {};
  const journal = recordedJournal(() => standingRows(live.account ? snapshotTimes(live.account) : from));
  live.account = await openTroubled({
    from,
    schedule,
    startedAt: beginning.time,
    observers,
    tables: new Tables(journal),
    disturbance,
  });
  return { account: live.account, from, journal: defect?.journal(journal) ?? journal };
}

const snapshotTimes = ({ world, clock }: TestAccount) => ({ time: clock.now(), chance: world.random.state() });

export interface TroubledOpening {
  readonly from: Snapshot;
  readonly schedule: FaultSchedule;
  /** When the schedule began. */
  readonly startedAt: number;
  readonly observers: readonly CallObserver[];
  readonly tables: Tables;
  readonly disturbance?: Disturbance;
}

/** An account that continues from a snapshot and is disturbed. */
export async function openTroubled(opening: TroubledOpening): Promise<TestAccount> {
  const { from, schedule, startedAt, observers, tables, disturbance = disturbanceOf(schedule) } = opening;
  const account = await anAccount({
    from,
    tables,
    faults: disturbance.faults,
    observers: [...observers, disturbance.observer],
    delays: randomDelays(seededRandom(schedule.chance ^ from.time).next),
  });
  disturbance.trouble(account, startedAt);
  return account;
}

/** The records of so many seconds stand for those of the moment of a death. */
const dyingSeconds = 20;

/** So many calls to AWS are made at least in that time. */
const dyingCalls = 30;

async function killed({ schedule, from }: Trouble, life: Life, kill: Kill): Promise<Snapshot> {
  const time = from.time + kill.second * 1000;
  if (kill.isReal) {
    const calls = Math.floor(kill.share * dyingCalls);
    const { operation, seed } = schedule;
    const death = { operation, seed, startedAt: from.time, time, calls };
    return afterSigkill(life.from, death);
  }
  const { clock } = life.account;
  await clock.advance({ milliseconds: time - clock.now() });
  const first = life.journal.records.length;
  await clock.advance({ seconds: dyingSeconds });
  const records = first + Math.floor(kill.share * (life.journal.records.length - first));
  return afterCut(life.from, life.journal, { records, tornShare: kill.tornShare });
}

/** Whether the schedule leaves a creation unfinished: it was stopped, or has failed and nobody resumes it. */
async function isAbandoned(
  account: TestAccount,
  { abandoned }: FaultSchedule,
  { executionArn, startedAt }: { readonly executionArn: string; readonly startedAt: number },
): Promise<boolean> {
  if (abandoned === undefined) return false;
  if (abandoned.by === 'stop') {
    const left = startedAt + abandoned.second * 1000 - account.clock.now();
    await account.clock.advance({ milliseconds: Math.max(0, left) });
    const { clusterName, runId } = JSON.parse(account.engine.describe(executionArn).input);
    while (account.engine.describe(executionArn).status === 'RUNNING') {
      await account.ask('POST', `/clusters/${clusterName}/runs/${runId}/stop`);
    }
  }
  const { status } = await account.until(account.engine.whenEnded(executionArn));
  return status !== 'SUCCEEDED';
}
