import type { Failure } from './failures.ts';
import type { ExecutionStatus } from './records.ts';
import type { Turn } from './turn.ts';

interface Outcome extends Failure {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: string;
}

const eventTypes = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

/** The strand that every execution begins with. */
export const topStrand = '0';

/** Ends the execution: the last event of its history, its record, and the news of it. */
export function endExecution(turn: Turn, { status, output, error, cause }: Outcome): void {
  const { run, execution, now } = turn;
  const failure = { ...(cause !== undefined && { cause }), ...(error !== undefined && { error }) };
  // A stop and a time-out of the execution come from outside; no event of a state precedes them.
  const comesFromStates = status === 'SUCCEEDED' || status === 'FAILED';
  const previousEventId = comesFromStates ? run.strand(topStrand).lastEventId : 0;
  turn.append(
    eventTypes[status],
    previousEventId,
    output === undefined ? failure : { output, outputDetails: { truncated: false } },
  );
  turn.updateExecution({ status, stopDate: now, ...failure, ...(output !== undefined && { output }) });
  if (status === 'SUCCEEDED') for (const strand of [...run.strands().values()]) turn.batch.deleteStrand(strand);
  run.releaseAll();
  run.children.clear();
  turn.afterwards(() => run.engine.ended(execution.executionArn));
}
