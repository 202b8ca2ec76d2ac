import type { RunDescription, RunStatus } from '../shared/operations/describeRun.ts';
import { requestTo } from '../shared/operations/routes.ts';
import type { ClusterRecord } from '../shared/store/clusters.ts';
import type { RunRecord } from '../shared/store/runs.ts';
import { CommandFailure, exitCodes } from './exitCodes.ts';
import { ask, type RunName, type Target } from './target.ts';

/** Runs in these states continue by themselves. */
const goingOn: ReadonlySet<string> = new Set(['RUNNING', 'PENDING_REDRIVE']);

/** One that never got its cluster's lock has touched nothing. */
const notStarted = 'NOT_STARTED';

/** Runs in these states have nothing left to do. */
const over: ReadonlySet<string> = new Set(['SUCCEEDED', notStarted]);

/** Whether the run may still change by itself. */
export const isGoingOn = ({ status }: Pick<RunStatus, 'status'>): boolean => goingOn.has(status);

/** Whether the run has ended without success, and resume continues it. */
export const canBeResumed = ({ status }: Pick<RunStatus, 'status'>): boolean =>
  !goingOn.has(status) && !over.has(status);

const parametersOf = ({ cluster, runId }: RunName) => ({ name: cluster, id: runId });

export const describeRun = (target: Target, run: RunName): Promise<RunDescription> =>
  ask(target, requestTo('getRun', parametersOf(run)));

/** How far a run is, without its states: its history is not read for it. */
export const readStatus = (target: Target, run: RunName): Promise<RunStatus> =>
  ask(target, { ...requestTo('getRun', parametersOf(run)), query: { brief: 'true' } });

export async function resumeRun(target: Target, run: RunName): Promise<void> {
  await ask(target, requestTo('resumeRun', parametersOf(run)));
}

export async function stopRun(target: Target, run: RunName): Promise<void> {
  await ask(target, requestTo('stopRun', parametersOf(run)));
}

export async function listClusters(target: Target): Promise<readonly ClusterRecord[]> {
  const { clusters } = await ask<{ clusters: readonly ClusterRecord[] }>(target, requestTo('listClusters', {}));
  return clusters;
}

/** The runs of one cluster name, or of every cluster that there is. */
export async function listRuns(target: Target, cluster?: string): Promise<readonly RunRecord[]> {
  const names = cluster === undefined ? (await listClusters(target)).map(({ name }) => name) : [cluster];
  const lists = await Promise.all(
    names.map((name) => ask<{ runs: readonly RunRecord[] }>(target, requestTo('listRuns', { name }))),
  );
  return lists.flatMap(({ runs }) => runs);
}

/** A record that says how its run ended needs no second look; a resumed one has none such. */
export async function statusOf(target: Target, { clusterName, runId, ended }: RunRecord): Promise<string> {
  if (ended?.status === 'SUCCEEDED') return ended.status;
  return (await readStatus(target, { cluster: clusterName, runId })).status;
}

/** Finds a run by its id alone, or the only one that has not succeeded where no id is given. */
export async function findRun(
  target: Target,
  runId: string | undefined,
  cluster: string | undefined,
): Promise<RunName> {
  if (runId !== undefined && cluster !== undefined) return { cluster, runId };
  const runs = await knownRuns(target, cluster);
  if (runId === undefined) return theOnly(await unfinished(target, runs));
  const found = runs.find((run) => run.runId === runId);
  if (found) return found;
  throw new CommandFailure(
    exitCodes.notFound,
    `There is no run ${runId}${cluster === undefined ? ' of a cluster that exists; --cluster NAME finds runs of deleted ones' : ` of cluster ${cluster}`}. ` +
      'kubestep get runs lists them.',
  );
}

/** A run that began a moment ago may not be in any cluster's record yet; the target itself may know it. */
async function knownRuns(target: Target, cluster: string | undefined): Promise<readonly RunName[]> {
  const recorded = (await listRuns(target, cluster)).map(({ clusterName, runId }) => ({ cluster: clusterName, runId }));
  const atWork = (await target.runsAtWork?.()) ?? [];
  return [...recorded, ...atWork.filter(({ runId }) => !recorded.some((run) => run.runId === runId))];
}

async function unfinished(target: Target, runs: readonly RunName[]): Promise<readonly RunName[]> {
  const described = await Promise.all(
    runs.map(async (run) => {
      const { status, startedAt } = await readStatus(target, run);
      return { run, status, startedAt: Date.parse(startedAt) };
    }),
  );
  const begun = described.filter(({ status }) => status !== notStarted);
  // An execution starts with its cluster's lock: one that began later has taken the lock of those before it for good.
  const lostItsLock = ({ run, startedAt }: (typeof begun)[number]): boolean =>
    begun.some((other) => other.run.cluster === run.cluster && other.startedAt > startedAt);
  return begun.filter((one) => isGoingOn(one) || (canBeResumed(one) && !lostItsLock(one))).map(({ run }) => run);
}

function theOnly(runs: readonly RunName[]): RunName {
  const [run, ...others] = runs;
  if (run === undefined)
    throw new CommandFailure(
      exitCodes.notFound,
      'There is no unfinished run. kubestep get runs lists those of every cluster that there is; get runs NAME those of a deleted one too.',
    );
  if (others.length === 0) return run;
  throw new CommandFailure(
    exitCodes.invalid,
    `${runs.length} runs have not ended: ${runs.map(({ runId, cluster }) => `${runId} (${cluster})`).join(', ')}. Name one.`,
  );
}
