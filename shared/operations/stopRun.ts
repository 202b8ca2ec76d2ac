import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../clients/stepFunctions.ts';
import { InvalidRequest } from '../errors.ts';
import { recordAudit } from '../store/audit.ts';
import { executionOf } from './executionOf.ts';
import { runOf } from './resumeRun.ts';
import type { RunRequest } from './runRequest.ts';

/**
 * Stops the run's execution. A step at work finishes its last call; the lock stays with the run. Step Functions takes a stop of
 * what has ended without a word, so that is looked at first.
 */
export async function stopRun(request: RunRequest): Promise<{ runId: string; executionArn: string }> {
  const { runId, clusterName, executionArn } = await runOf(request);
  const status = (await executionOf(executionArn))?.status ?? 'not started';
  if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE')
    throw new InvalidRequest(
      `Run ${runId} of cluster ${clusterName} is not running (${status}): there is nothing to stop.`,
    );

  await stepFunctions.send(
    new StopExecutionCommand({ executionArn, error: 'Stopped', cause: `Stopped by ${request.requestedBy}` }),
  );
  await recordAudit(clusterName, {
    action: 'run-stopped',
    id: runId,
    by: request.requestedBy,
    detail: { executionArn },
  });
  return { runId, executionArn };
}
