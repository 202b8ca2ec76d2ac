import { createHash } from 'node:crypto';
import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../aws/clients/stepFunctions.ts';
import type { Plan } from '../blueprint/plan.ts';
import { type DeploymentNames, executionArnOf, stateMachineArnOf } from '../step/deployment.ts';
import { now, randomBytes } from '../step/environment.ts';
import { InvalidRequest } from '../step/errors.ts';
import { recordAudit } from '../store/audit.ts';
import { type ClusterRecord, readCluster, writeGeneration } from '../store/clusters.ts';
import { storePlan } from '../store/plans.ts';
import { type RunRecord, readRun, recordRun, updateRun } from '../store/runs.ts';
import { claimLock } from './claimLock.ts';
import { planCluster } from './planCluster.ts';
import type { OperationRequest, ReceivedRequest } from './request.ts';

/** What a caller is told of the run that his request started, or of the one that it had started before. */
export interface StartedRun {
  readonly runId: string;
  readonly cluster: string;
  readonly clusterId: string;
  readonly executionArn: string;
}

/**
 * Validates the request, plans it, records the run, takes the cluster's lock for the execution that is to come, and starts
 * it. Sent again with the same request id, it goes on where it was interrupted and starts nothing twice.
 */
export async function startOperation(
  received: ReceivedRequest,
  deployment: DeploymentNames,
): Promise<StartedRun | { plan: Plan }> {
  const { request } = received;
  if (request.operation === 'createCluster') {
    const planned = await planCreation(request, deployment);
    if (request.dryRun) return { plan: planned.plan };
    const planHash = await storePlan(planned.plan);
    const run = await recordRequestedRun(received, deployment, {
      ...planned,
      planHash,
      generation: planned.plan.generation,
    });
    await writeGeneration(run.clusterName, { ...run, spec: planned.plan.spec });
    return start(run, request.takeOver, deployment);
  }
  const cluster = await deletableCluster(request);
  return start(await recordRequestedRun(received, deployment, cluster), request.takeOver, deployment);
}

type CreateRequest = Extract<OperationRequest, { operation: 'createCluster' }>;
type DeleteRequest = Extract<OperationRequest, { operation: 'deleteCluster' }>;

interface RunSubject {
  readonly clusterName: string;
  readonly clusterId: string;
  readonly planHash: string;
  readonly generation: number;
  readonly requestId: string;
}

async function planCreation(request: CreateRequest, deployment: DeploymentNames) {
  const requestId = request.requestId ?? newRequestId();
  const plan = await planCluster(request.spec, suffixOf(requestId), deployment);
  const clusterName = plan.spec.metadata.name;
  const existing = await readCluster(clusterName);
  if (existing && existing.clusterId !== plan.facts.clusterId) {
    throw new InvalidRequest(
      `metadata.name: a cluster ${clusterName} (${existing.clusterId}, ${existing.status}) exists since ${existing.createdAt}. ` +
        'Choose another name, or delete it first.',
    );
  }
  return { plan, clusterName, clusterId: plan.facts.clusterId, requestId };
}

async function deletableCluster(request: DeleteRequest): Promise<RunSubject> {
  const requestId = request.requestId ?? newRequestId();
  const earlier = await readRun(request.cluster, runIdOf('deleteCluster', requestId));
  if (earlier) return { ...earlier, requestId };
  const cluster: ClusterRecord | undefined = await readCluster(request.cluster);
  if (!cluster) throw new InvalidRequest(`cluster: there is no cluster ${request.cluster} in this deployment.`);
  if (cluster.deletionProtection) {
    throw new InvalidRequest(
      `cluster: ${cluster.name} is protected against deletion. Lift the protection first: kubestep protect ${cluster.name} --off`,
    );
  }
  const { name: clusterName, clusterId, planHash, generation } = cluster;
  return { clusterName, clusterId, planHash, generation, requestId };
}

async function recordRequestedRun(
  received: ReceivedRequest,
  deployment: DeploymentNames,
  subject: RunSubject,
): Promise<RunRecord> {
  const { request } = received;
  const { operation } = request;
  const runId = runIdOf(operation, subject.requestId);
  const { clusterName, clusterId, planHash, generation } = subject;
  const run: RunRecord = {
    runId,
    operation,
    clusterName,
    clusterId,
    generation,
    planHash,
    executionArn: executionArnOf(deployment, operation, `${clusterName}-${runId}`),
    ...('deleteVolumes' in request && request.deleteVolumes && { deleteVolumes: true }),
    requestedBy: received.requestedBy,
    requestedAt: now().toISOString(),
  };
  if (await recordRun(run)) {
    await recordAudit(clusterName, {
      action: 'run-requested',
      id: runId,
      by: run.requestedBy,
      detail: { operation, clusterId },
    });
    return run;
  }
  const recorded = await readRun(clusterName, runId);
  if (!recorded) throw new Error(`Run ${runId} was recorded and cannot be read`);
  return recorded;
}

async function start(run: RunRecord, takeOver: boolean, deployment: DeploymentNames): Promise<StartedRun> {
  if (!(await wasStarted(run))) {
    const holder = {
      executionArn: run.executionArn,
      runId: run.runId,
      operation: run.operation,
      since: now().toISOString(),
    };
    await claimLock(run.clusterName, holder, takeOver);
    await startExecution(run, deployment);
  }
  return { runId: run.runId, cluster: run.clusterName, clusterId: run.clusterId, executionArn: run.executionArn };
}

/** A request that is sent again after its run has ended must not take the lock for an execution that never gives it back. */
async function wasStarted({ executionArn, ended }: RunRecord): Promise<boolean> {
  // Executions are forgotten 90 days after their end, the record is not.
  if (ended) return true;
  try {
    await stepFunctions.send(new DescribeExecutionCommand({ executionArn }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return false;
    throw error;
  }
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

/** Starts a new execution of a run that AWS no longer redrives; it takes the lock over from the run's old execution. */
export async function startAgain(run: RunRecord, deployment: DeploymentNames): Promise<RunRecord> {
  const next = nextExecutionArn(run.executionArn);
  const lockHolder = { executionArn: next, runId: run.runId, operation: run.operation, since: now().toISOString() };
  await claimLock(run.clusterName, lockHolder, true);
  const { ended: _, ...unfinished } = run;
  const again: RunRecord = { ...unfinished, executionArn: next };
  await updateRun(again);
  await startExecution(again, deployment);
  return again;
}

/** `…:demo-create-abc` → `…:demo-create-abc-2` → `-3` */
function nextExecutionArn(arn: string): string {
  const [, base = arn, count = '1'] = /^(.*?)(?:--(\d+))?$/.exec(arn) ?? [];
  return `${base}--${Number(count) + 1}`;
}

function runIdOf(operation: string, requestId: string): string {
  return `${operation.replace(/Cluster$/, '')}-${suffixOf(requestId, 8)}`;
}

/** Letters and digits that AWS names and DNS take alike; derived, so that a request sent again gets the same. */
function suffixOf(requestId: string, length = 5): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  const digest = createHash('sha256').update(requestId).digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
}

const newRequestId = () => Buffer.from(randomBytes(16)).toString('hex');
