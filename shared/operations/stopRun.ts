import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../aws/clients/stepFunctions.ts';
import { recordAudit } from '../store/audit.ts';
import { runOf } from './resumeRun.ts';
import type { RunRequest } from './runRequest.ts';

/** Stops the run's execution. A step at work finishes its last call; the lock stays with the run. */
export async function stopRun(request: RunRequest): Promise<{ runId: string; executionArn: string }> {
  const { runId, clusterName, executionArn } = await runOf(request);
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
