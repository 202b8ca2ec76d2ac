import { type CallCensus, callCensus, crashesAt, stride } from './crashes.ts';
import { anAccount, type Snapshot, snapshotOf, type TestAccount } from './embeddedWorld.ts';
import { finish } from './runs.ts';
import { difference, stateOf, type WorldState } from './worldState.ts';

/** Ended instances are shown for an hour, balancers' interfaces for minutes; what is left after that stays. */
const untilQuiet = { hours: 3 };

/** How an operation goes when nothing goes wrong: what it leaves, and every call that it makes. */
export interface CalmRun {
  readonly from: Snapshot;
  readonly state: WorldState;
  readonly after: Snapshot;
  readonly census: CallCensus;
}

export type StartRun = (account: TestAccount) => Promise<string>;

/** Runs an operation undisturbed from the account's present state. */
export async function calmRun(from: Snapshot, start: StartRun): Promise<CalmRun> {
  const census = callCensus();
  const account = await anAccount({ from, faults: census });
  const { execution } = await finish(account, await start(account), 0);
  if (execution.status !== 'SUCCEEDED') throw new Error(`the calm run failed: ${execution.error} ${execution.cause}`);
  await account.clock.advance(untilQuiet);
  return { from, state: stateOf(account.world.tables), after: snapshotOf(account), census };
}

export interface SweepResult {
  /** How many processes died. */
  readonly tried: number;
  readonly resumes: number;
  /** One for each run that did not end as the calm one did: where, and the rows in which the worlds differ. */
  readonly problems: readonly string[];
}

/** Lets every function die just before and just after each of its calls, resumes, and compares each run's end with the calm one's. */
export async function crashSweep(calm: CalmRun, start: StartRun): Promise<SweepResult> {
  const results: SweepResult[] = [];
  for (let first = 0; first < stride; first += 1) {
    for (const side of ['before', 'after'] as const) results.push(await crashedRun(calm, start, first, side));
  }
  return {
    tried: results.reduce((sum, { tried }) => sum + tried, 0),
    resumes: results.reduce((sum, { resumes }) => sum + resumes, 0),
    problems: results.flatMap(({ problems }) => problems),
  };
}

async function crashedRun(
  calm: CalmRun,
  start: StartRun,
  first: number,
  side: 'before' | 'after',
): Promise<SweepResult> {
  const crashes = crashesAt(calm.census, first, side);
  const where = `functions died ${side} their calls ${first}, ${first + stride}, …`;
  const account = await anAccount({ from: calm.from, faults: crashes });
  const { execution, resumes, failures } = await finish(account, await start(account));
  if (execution.status !== 'SUCCEEDED') {
    return {
      tried: crashes.tried(),
      resumes,
      problems: [`${where}: not finished after ${resumes} resumes: ${failures.at(-1)}`],
    };
  }
  await account.clock.advance(untilQuiet);
  const { missing, extra } = difference(calm.state, stateOf(account.world.tables));
  const rows = [...missing.map((row) => `missing ${row}`), ...extra.map((row) => `extra ${row}`)];
  const problems = rows.length > 0 ? [`${where}:\n${rows.map((row) => row.slice(0, 500)).join('\n')}`] : [];
  return { tried: crashes.tried(), resumes, problems };
}
