import { InvalidRequest } from '../errors.ts';
import { auditRow } from './audit.ts';
import { type Key, queryRows, readRow, writeRow, writeRowsIfAbsent } from './table.ts';

/** A run as it was asked for: recorded before its execution starts, so that no other execution can pass for it. */
export interface RunRecord {
  readonly runId: string;
  readonly operation: string;
  readonly clusterName: string;
  readonly clusterId: string;
  readonly generation: number;
  readonly planHash: string;
  /** The newest execution; a run that AWS no longer redrives continues in a new one. */
  readonly executionArn: string;
  /** Deletions only: whether volumes go although nobody could say which of them are to be kept. */
  readonly deleteVolumes?: boolean;
  readonly requestedBy: string;
  /** ISO 8601 */
  readonly requestedAt: string;
  /** Set by the event of the execution's end; DescribeExecution is the truth. */
  readonly ended?: { readonly status: string; readonly at: string; readonly error?: string; readonly cause?: string };
}

const keyOf = (clusterName: string, runId: string): Key => ({ pk: `cluster#${clusterName}`, sk: `run#${runId}` });

/**
 * Records the run where it is new, and with it, or not at all, in the audit who asked for it. False when it was recorded
 * before: the same request, sent again.
 */
export async function recordRun(run: RunRecord): Promise<boolean> {
  const { runId, operation, clusterName, clusterId, requestedBy } = run;
  const detail = { operation, clusterId };
  return writeRowsIfAbsent(
    { ...keyOf(clusterName, runId), ...run },
    auditRow(clusterName, { action: 'run-requested', id: runId, by: requestedBy, detail }),
  );
}

/** Refuses an execution that no request has started: somebody has started it by hand, or a newer one continues the run. */
export async function requireRecordedRun(clusterName: string, runId: string, executionArn: string): Promise<RunRecord> {
  const run = await readRun(clusterName, runId);
  if (run?.executionArn === executionArn) return run;
  throw new InvalidRequest(
    `No run ${runId} of cluster ${clusterName} was requested for this execution. Start operations with startWorkflow.`,
  );
}

export async function updateRun(run: RunRecord): Promise<void> {
  await writeRow({ ...keyOf(run.clusterName, run.runId), ...run });
}

export const readRun = (clusterName: string, runId: string): Promise<RunRecord | undefined> =>
  readRow<RunRecord>(keyOf(clusterName, runId));

/** All runs of the cluster that ever had this name, oldest first. */
export async function listRuns(clusterName: string): Promise<RunRecord[]> {
  const runs = await queryRows<RunRecord>(`cluster#${clusterName}`, 'run#');
  return runs.sort((left, right) => (left.requestedAt < right.requestedAt ? -1 : 1));
}
