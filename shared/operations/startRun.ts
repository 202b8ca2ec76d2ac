import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/stepFunctions.ts';
import { now } from '../environment.ts';
import { earlierExecutions } from '../runContext.ts';
import { type DeploymentNames, stateMachineArnOf } from '../step/deployment.ts';
import type { LockHolder } from '../store/lock.ts';
import { type RunRecord, updateRun } from '../store/runs.ts';
import { claimLock } from './claimLock.ts';
import { executionOf } from './executionOf.ts';
import { type OperationName, operationOf } from './operations.ts';

/** Takes the cluster's lock for the run's execution, and starts it. A run that was started before is left as it is. */
export async function startRun(run: RunRecord, takeOver: boolean, deployment: DeploymentNames): Promise<void> {
  if (await wasStarted(run)) return;
  if (takesLock(run)) await claimLock(run.clusterName, holderOf(run), takeOver);
  await startExecution(run, deployment);
}

/** Starts a new execution of a run that AWS no longer redrives; it takes the lock over from the run's old execution. */
export async function startAgain(run: RunRecord, deployment: DeploymentNames): Promise<RunRecord> {
  const { ended: _, ...unfinished } = run;
  const again: RunRecord = { ...unfinished, executionArn: nextExecutionArn(run.executionArn) };
  if (takesLock(run)) await claimLock(run.clusterName, holderOf(again), true);
  await updateRun(again);
  await startExecution(again, deployment);
  return again;
}

/** Whether the run writes what others write, too. */
export const takesLock = ({ operation }: Pick<RunRecord, 'operation'>): boolean =>
  !operationOf(operation as OperationName).isUnlocked;

const holderOf = ({ executionArn, runId, operation }: RunRecord): LockHolder => ({
  executionArn,
  runId,
  operation,
  since: now().toISOString(),
});

/** A request that is sent again after its run has ended must not take the lock for an execution that never gives it back. */
async function wasStarted({ executionArn, ended }: RunRecord): Promise<boolean> {
  // Executions are forgotten 90 days after their end, the record is not.
  return ended !== undefined || (await executionOf(executionArn)) !== undefined;
}

/** Starts the execution under the name that the lock was taken for; it exists already when an earlier answer was lost. */
async function startExecution(run: RunRecord, deployment: DeploymentNames): Promise<void> {
  try {
    await stepFunctions.send(
      new StartExecutionCommand({
        stateMachineArn: stateMachineArnOf(deployment, run.operation),
        name: run.executionArn.slice(run.executionArn.lastIndexOf(':') + 1),
        input: JSON.stringify({ clusterName: run.clusterName, runId: run.runId }),
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExecutionAlreadyExists') throw error;
  }
}

/** `…:demo-create-abc` → `…:demo-create-abc--2` → `--3` */
function nextExecutionArn(arn: string): string {
  return `${arn.replace(/--\d+$/, '')}--${earlierExecutions(arn) + 2}`;
}
