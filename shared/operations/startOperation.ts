import { now } from '../environment.ts';
import { type DeploymentNames, executionArnOf } from '../step/deployment.ts';
import { type RunRecord, readRun, recordRun } from '../store/runs.ts';
import { operationOf } from './operations.ts';
import type { ReceivedRequest } from './request.ts';
import { newRequestId, runIdOf } from './runIds.ts';
import { startRun } from './startRun.ts';

/** The answer about the run that the request started, or of the one that it had started before. */
export interface StartedRun {
  readonly runId: string;
  readonly cluster: string;
  readonly clusterId: string;
  readonly executionArn: string;
}

/**
 * Validates the request, plans it, records the run, takes the cluster's lock for the execution that is to come, and starts
 * it. Sent again with the same request id, it continues where it was interrupted and starts nothing twice. A request that only
 * asks is answered.
 */
export async function startOperation(
  { operation: name, request, requestedBy }: ReceivedRequest,
  deployment: DeploymentNames,
): Promise<StartedRun | object> {
  const operation = operationOf(name);
  const clusterName = operation.clusterNameOf(request);
  const runId = runIdOf(name, request.requestId ?? newRequestId());
  const earlier = await readRun(clusterName, runId);
  const answer = await operation.answer?.(request, earlier, deployment);
  if (answer) return answer;

  const { clusterId, planHash, generation } = await operation.subjectOf(request, earlier, deployment);
  const run =
    earlier ??
    (await recordedOnce({
      runId,
      operation: name,
      clusterName,
      clusterId,
      generation,
      planHash,
      executionArn: executionArnOf(deployment, name, `${clusterName}-${runId}`),
      ...operation.recordOf?.(request),
      requestedBy,
      requestedAt: now().toISOString(),
    }));
  await operation.recorded?.(run);
  await startRun(run, request.takeOver, deployment);
  return { runId, cluster: clusterName, clusterId: run.clusterId, executionArn: run.executionArn };
}

/** The run on record: this one, or that of the same request which was faster. */
async function recordedOnce(run: RunRecord): Promise<RunRecord> {
  if (await recordRun(run)) return run;
  const recorded = await readRun(run.clusterName, run.runId);
  if (!recorded) throw new Error(`Run ${run.runId} was recorded and cannot be read`);
  return recorded;
}
