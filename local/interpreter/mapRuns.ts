import type { MapState } from './definition/definition.ts';
import { evaluateField } from './evaluation.ts';
import { type Failure, failureOf, StateFailed } from './failures.ts';
import { isObject, type Json } from './json.ts';
import { maxMapRunChildren } from './limits.ts';
import type { Execution, MapRun, MapRunPhase } from './records.ts';
import { startMapChild } from './starting.ts';
import { guarded, leaveWithResult } from './transitions.ts';
import type { Step } from './turn.ts';

/** The states of the children of a Map run, in the words of DescribeMapRun. */
export interface MapRunCounts {
  readonly pending: number;
  readonly running: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly aborted: number;
  readonly total: number;
}

/** Starts as many children as may run at once; ends the run when all have ended. */
export async function fillMapRun(step: Step): Promise<void> {
  const run = mapRunOf(step);
  const { engine } = step.turn.run;
  const children = engine.mapRunChildren(run.mapRunArn);
  const width = run.maxConcurrency === 0 ? maxMapRunChildren : run.maxConcurrency;
  const { next, active } = children;
  const last = Math.min(run.items.length, next + Math.max(0, width - active));
  children.next = last;
  children.active += last - next;
  for (let index = next; index < last; index++) step.turn.afterwards(() => startMapChild(step, run.mapRunArn, index));
  if (children.active === 0) await finish(step, run);
}

/** A child of the Map run has ended. */
export async function mapChildEnded(step: Step, child: Execution): Promise<void> {
  const run = mapRunOf(step);
  const children = step.turn.run.engine.mapRunChildren(run.mapRunArn);
  children.active--;
  if (child.status !== 'SUCCEEDED') {
    children.failedItems += run.items[child.item?.index ?? 0]?.count ?? 1;
    if (exceedsTolerance(run, children.failedItems)) {
      return failMapRun(step, {
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      });
    }
  }
  await fillMapRun(step);
}

/** Records the end of the Map run; what still runs of it is stopped. */
export function endMapRun(step: Step, status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void {
  const { engine } = step.turn.run;
  const run = mapRunOf(step);
  step.turn.batch.putMapRun({ ...run, status, stopDate: step.turn.now });
  engine.forgetMapRun(run.mapRunArn);
  if (status === 'SUCCEEDED') return;
  step.turn.afterwards(() => {
    for (const child of engine.childrenOf(run.mapRunArn)) engine.abort(child.executionArn);
  });
}

/** Ends the Map run and the state's attempt with a failure. */
export async function failMapRun(step: Step, failure: Failure): Promise<void> {
  endMapRun(step, 'FAILED');
  const { error, cause } = failure;
  step.emit('MapRunFailed', { ...(cause !== undefined && { cause }), ...(error !== undefined && { error }) });
  throw new StateFailed(failure);
}

/** The Map run that the strand is at. */
export function mapRunOf(step: Step): MapRun {
  return step.turn.run.engine.mapRun((step.strand.phase as MapRunPhase).mapRunArn);
}

/** Counts the children, or with `inItems` the items that they stand for. */
export function countsOf(run: MapRun, children: readonly Execution[], inItems: boolean): MapRunCounts {
  const size = (index: number) => (inItems ? (run.items[index]?.count ?? 1) : 1);
  const total = run.items.reduce((sum, _, index) => sum + size(index), 0);
  const count = (status: Execution['status']) =>
    children.filter((child) => child.status === status).reduce((sum, { item }) => sum + size(item?.index ?? 0), 0);
  const started = {
    running: count('RUNNING'),
    succeeded: count('SUCCEEDED'),
    failed: count('FAILED'),
    timedOut: count('TIMED_OUT'),
    aborted: count('ABORTED'),
  };
  return { ...started, pending: total - Object.values(started).reduce((sum, part) => sum + part, 0), total };
}

/** Whether so many failed items are more than the Map tolerates: none, unless it says otherwise. */
export function exceedsTolerance(
  { toleratedFailureCount, toleratedFailurePercentage, items }: MapRun,
  failedItems: number,
): boolean {
  if (toleratedFailureCount === undefined && toleratedFailurePercentage === undefined) return failedItems > 0;
  const total = items.reduce((sum, { count }) => sum + count, 0);
  const overCount = toleratedFailureCount !== undefined && failedItems > toleratedFailureCount;
  const overPercentage =
    toleratedFailurePercentage !== undefined && (failedItems / total) * 100 > toleratedFailurePercentage;
  return overCount || overPercentage;
}

/** Asks the item store to keep the results that the ResultWriter names. */
export function writeResults(step: Step): void {
  const { turn, id } = step;
  const run = mapRunOf(step);
  const step0 = step.strand.step;
  const { ResultWriter } = step.state as MapState;
  const ask = async (): Promise<Json> => {
    const { items } = turn.run.engine.options;
    if (items === undefined) throw new Error(`No item store is there to write ${ResultWriter?.Resource}`);
    const writerConfig = await evaluateField(step, ResultWriter?.WriterConfig ?? {}, 'ResultWriter/WriterConfig');
    return items.write({
      resource: ResultWriter?.Resource ?? '',
      arguments: await evaluateField(step, ResultWriter?.Arguments ?? {}, 'ResultWriter/Arguments'),
      writerConfig: isObject(writerConfig) ? writerConfig : {},
      roleArn: turn.execution.roleArn,
      mapRunArn: run.mapRunArn,
      results: resultsOf(step, run),
    });
  };
  ask().then(
    (output) =>
      turn.run.post(
        id,
        guarded((later) => succeed(later, output)),
        step0,
      ),
    (error: unknown) =>
      turn.run.post(
        id,
        guarded((later) => failMapRun(later, writerFailure(error))),
        step0,
      ),
  );
}

async function finish(step: Step, run: MapRun): Promise<void> {
  const { ResultWriter } = step.state as MapState;
  if (ResultWriter?.Resource === undefined) return succeed(step, resultsOf(step, run));
  step.continueIn({ name: 'writingResults', mapRunArn: run.mapRunArn });
}

async function succeed(step: Step, output: Json): Promise<void> {
  endMapRun(step, 'SUCCEEDED');
  // The state is left as following from MapRunStarted (observed since November 2024): both successes are apart.
  const succeeded = step.note('MapRunSucceeded');
  step.turn.append('MapStateSucceeded', succeeded);
  step.begin({ name: 'entering' });
  step.before = step.strand.lastEventId;
  await leaveWithResult(step, output);
}

function resultsOf(step: Step, run: MapRun): Json[] {
  return step.turn.run.engine
    .childrenOf(run.mapRunArn)
    .filter(({ output }) => output !== undefined)
    .sort((one, other) => (one.item?.index ?? 0) - (other.item?.index ?? 0))
    .map(({ output }) => JSON.parse(output ?? 'null') as Json);
}

function writerFailure(error: unknown) {
  if (error instanceof StateFailed) return error.failure;
  const { cause } = failureOf(error);
  return { error: 'States.ResultWriterFailed', ...(cause !== undefined && { cause }) };
}
