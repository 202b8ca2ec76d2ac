import type { RunRecord } from '../store/runs.ts';
import { executionOf } from './executionOf.ts';
import { readHistory } from './readHistory.ts';
import { runOf } from './resumeRun.ts';
import { type RunEvent, runEventOf } from './runEvent.ts';
import type { DescribeRunRequest } from './runRequest.ts';
import { type RunView, viewOfRun } from './runView.ts';

/** A run with the truth about its execution. */
export interface RunStatus {
  readonly run: RunRecord;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly redrives: number;
}

/** With its states. */
export interface RunDescription extends RunStatus {
  readonly view: RunView;
}

/** With what has happened since a look before, for who keeps the view. */
export interface RunProgress extends RunStatus {
  /** Those of the execution that `run` names, from its first on where that is another than the look before saw. */
  readonly events: readonly RunEvent[];
}

/** A run that was recorded and did not get its cluster's lock has no execution. */
const notStarted = 'NOT_STARTED';

/** Reads the run's execution, and of its history what was asked for. */
export async function describeRun(request: DescribeRunRequest): Promise<RunStatus | RunDescription | RunProgress> {
  const run = await runOf(request);
  const { executionArn } = run;
  const execution = await executionOf(executionArn);
  const status: RunStatus = {
    run,
    status: execution === undefined ? notStarted : (execution.status ?? 'UNKNOWN'),
    startedAt: execution === undefined ? run.requestedAt : (execution.startDate?.toISOString() ?? ''),
    ...(execution?.stopDate && { endedAt: execution.stopDate.toISOString() }),
    redrives: execution?.redriveCount ?? 0,
  };
  if (request.brief) return status;
  const known = request.after;
  const isSame = known !== undefined && executionArn.endsWith(`:${known.execution}`);
  const history = execution === undefined ? [] : await readHistory(executionArn, isSame ? known.event : 0);
  return known === undefined ? { ...status, view: viewOfRun(history) } : { ...status, events: history.map(runEventOf) };
}
