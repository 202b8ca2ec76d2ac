import { RedriveExecutionCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/stepFunctions.ts';
import { now } from '../environment.ts';
import { InvalidRequest, LockLost, NotFound } from '../errors.ts';
import type { DeploymentNames } from '../step/deployment.ts';
import { recordAudit } from '../store/audit.ts';
import { readLock } from '../store/lock.ts';
import { type RunRecord, readRun } from '../store/runs.ts';
import { executionOf } from './executionOf.ts';
import type { RunRequest } from './runRequest.ts';
import { startAgain, takesLock } from './startRun.ts';

/** Redrives the run's execution, or starts a new one of the same plan where AWS refuses to (after 14 days, or near 25,000 events). */
export async function resumeRun(
  request: RunRequest,
  deployment: DeploymentNames,
): Promise<{ runId: string; executionArn: string }> {
  const run = await runOf(request);
  const execution = await executionOf(run.executionArn);
  if (execution === undefined)
    throw new InvalidRequest(
      `Run ${run.runId} never started, so there is nothing to resume. Send its request again, or take its lock over with another (--take-over).`,
    );
  const { status } = execution;
  if (status === 'SUCCEEDED') throw new InvalidRequest(`Run ${run.runId} has succeeded: there is nothing to resume.`);
  if (status === 'RUNNING') throw new InvalidRequest(`Run ${run.runId} is running.`);
  if (takesLock(run)) await requireOwnLock(run);

  const executionArn = (await redrive(run.executionArn))
    ? run.executionArn
    : (await startAgain(run, deployment)).executionArn;
  await recordAudit(run.clusterName, {
    action: 'run-resumed',
    id: `${run.runId}#${now().toISOString()}`,
    by: request.requestedBy,
    detail: { executionArn },
  });
  return { runId: run.runId, executionArn };
}

/** The record of the run that was asked about. */
export async function runOf(request: RunRequest): Promise<RunRecord> {
  const run = await readRun(request.cluster, request.runId);
  if (!run) throw new NotFound(`Cluster ${request.cluster} has no run ${request.runId}.`);
  return run;
}

/**
 * A run whose lock was taken over would only fail at its next step; say so before anything moves. A free lock may be one
 * that this run gave back without hearing so; the steps themselves refuse to write without it.
 */
async function requireOwnLock(run: RunRecord): Promise<void> {
  const { holder } = await readLock(run.clusterName);
  if (holder === undefined || holder.runId === run.runId) return;
  throw new LockLost(
    `Run ${run.runId} has lost the lock of cluster ${run.clusterName} to ${holder.runId}; start the operation again.`,
  );
}

/**
 * Continues the execution where it failed; false if AWS no longer does that. An execution that runs is refused in
 * the same words, and then it is this redrive whose answer was lost, or another's: a second execution must not begin.
 */
async function redrive(executionArn: string): Promise<boolean> {
  try {
    await stepFunctions.send(new RedriveExecutionCommand({ executionArn }));
    return true;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExecutionNotRedrivable') throw error;
    return redrivenStatuses.has((await executionOf(executionArn))?.status);
  }
}

/** What an execution that was redriven says of itself, until it fails again. */
const redrivenStatuses: ReadonlySet<string | undefined> = new Set(['RUNNING', 'PENDING_REDRIVE', 'SUCCEEDED']);
