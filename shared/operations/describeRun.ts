import { type HistoryEvent, paginateGetExecutionHistory } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/stepFunctions.ts';
import type { RunRecord } from '../store/runs.ts';
import { executionOf } from './executionOf.ts';
import { runOf } from './resumeRun.ts';
import type { RunRequest } from './runRequest.ts';
import { type RunView, viewOfRun } from './runView.ts';

/** A run with the truth about its execution. */
export interface RunDescription {
  readonly run: RunRecord;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly redrives: number;
  readonly view: RunView;
}

/** A run that was recorded and did not get its cluster's lock has no execution. */
const notStarted = 'NOT_STARTED';

/** Reads the run's execution and its whole history. */
export async function describeRun(request: RunRequest): Promise<RunDescription> {
  const run = await runOf(request);
  const { executionArn } = run;
  const execution = await executionOf(executionArn);
  if (execution === undefined)
    return { run, status: notStarted, startedAt: run.requestedAt, redrives: 0, view: viewOfRun([]) };

  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory({ client: stepFunctions, pageSize: 1000 }, { executionArn });
  for await (const page of pages) events.push(...(page.events ?? []));
  return {
    run,
    status: execution.status ?? 'UNKNOWN',
    startedAt: execution.startDate?.toISOString() ?? '',
    ...(execution.stopDate && { endedAt: execution.stopDate.toISOString() }),
    redrives: execution.redriveCount ?? 0,
    view: viewOfRun(events),
  };
}
