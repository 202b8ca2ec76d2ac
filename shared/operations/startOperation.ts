import { createHash } from 'node:crypto';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Plan } from '../blueprint/plan.ts';
import { stepFunctions } from '../clients/stepFunctions.ts';
import { now, randomBytes } from '../environment.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import { earlierExecutions } from '../runContext.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { type DeploymentNames, executionArnOf, stateMachineArnOf } from '../step/deployment.ts';
import { type ClusterRecord, readCluster, writeGeneration } from '../store/clusters.ts';
import { type LockHolder, readLock } from '../store/lock.ts';
import { readPlan, storePlan } from '../store/plans.ts';
import { type RunRecord, readRun, recordRun, updateRun } from '../store/runs.ts';
import type { SpecWarning } from '../validation/warnings.ts';
import { claimLock } from './claimLock.ts';
import { executionOf, isAtWork } from './executionOf.ts';
import { describeDifference, type PlannedChanges, planChanges } from './planChanges.ts';
import { parsedSpec, planCluster } from './planCluster.ts';
import { planWarnings } from './planWarnings.ts';
import type { OperationRequest, ReceivedRequest } from './request.ts';

/** What a caller is told of the run that the request started, or of the one that it had started before. */
export interface StartedRun {
  readonly runId: string;
  readonly cluster: string;
  readonly clusterId: string;
  readonly executionArn: string;
}

/** What a dry run answers: what would be made, and what is worth a second look. */
export interface PlannedCluster {
  readonly plan: Plan;
  readonly warnings: readonly SpecWarning[];
}

/**
 * Validates the request, plans it, records the run, takes the cluster's lock for the execution that is to come, and starts
 * it. Sent again with the same request id, it goes on where it was interrupted and starts nothing twice.
 */
export async function startOperation(
  received: ReceivedRequest,
  deployment: DeploymentNames,
): Promise<StartedRun | PlannedCluster | PlannedChanges> {
  const { request } = received;
  if (request.operation === 'createCluster') {
    if (request.dryRun) return dryRun(specOfRequest(request), deployment);
    const run = await recordCreation(received, request, deployment);
    const { spec } = await readPlan(run.planHash);
    await writeGeneration(run.clusterName, { ...run, spec });
    return start(run, request.takeOver, deployment);
  }
  const cluster = await deletableCluster(request);
  return start(await recordRequestedRun(received, deployment, cluster), request.takeOver, deployment);
}

async function dryRun(spec: ClusterSpec, deployment: DeploymentNames): Promise<PlannedCluster | PlannedChanges> {
  const existing = await readCluster(spec.metadata.name);
  if (existing) return planChanges(spec, existing, deployment);
  const plan = await planCreation(spec, deployment);
  return { plan, warnings: planWarnings(plan) };
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

/** Plans the creation and records its run, or finds the run that an earlier sending of the same request recorded. */
async function recordCreation(
  received: ReceivedRequest,
  request: CreateRequest,
  deployment: DeploymentNames,
): Promise<RunRecord> {
  const requestId = request.requestId ?? newRequestId();
  const spec = specOfRequest(request);
  const clusterName = spec.metadata.name;
  const earlier = await readRun(clusterName, runIdOf('createCluster', requestId));
  await refuseNameInUse(spec, earlier?.clusterId);
  if (earlier) return earlier;

  const plan = await planCreation(spec, deployment);
  const planHash = await storePlan(plan);
  const { clusterId } = plan.facts;
  const { generation } = plan;
  return recordRequestedRun(received, deployment, { clusterName, clusterId, planHash, generation, requestId });
}

/** The spec, of the cluster whose path IAM has judged. */
function specOfRequest({ spec, cluster }: CreateRequest): ClusterSpec {
  const parsed = parsedSpec(spec);
  const { name } = parsed.metadata;
  if (cluster === undefined || cluster === name) return parsed;
  throw new InvalidRequest(
    `metadata.name: the spec is of ${name}, the request of ${cluster}. Ask for /clusters/${name}, or change the name.`,
  );
}

async function planCreation(spec: ClusterSpec, deployment: DeploymentNames): Promise<Plan> {
  return planCluster(spec, newClusterId(spec.metadata.name), deployment);
}

/** A name in use is refused whatever else the request carries: only the run that made the cluster goes on. */
async function refuseNameInUse(spec: ClusterSpec, clusterId: string | undefined): Promise<void> {
  const { name } = spec.metadata;
  const existing = await readCluster(name);
  if (!existing || existing.clusterId === clusterId) return;
  throw new InvalidRequest(
    [
      `metadata.name: a cluster ${name} (${existing.clusterId}, ${existing.status}) exists since ${existing.createdAt}. ` +
        `Choose another name, or delete it first.${await howItGoesOn(name)}`,
      ...(await describeDifference(spec, existing)),
    ].join('\n\n'),
  );
}

async function deletableCluster(request: DeleteRequest): Promise<RunSubject> {
  const requestId = request.requestId ?? newRequestId();
  const earlier = await readRun(request.cluster, runIdOf('deleteCluster', requestId));
  if (earlier) return { ...earlier, requestId };
  const cluster: ClusterRecord | undefined = await readCluster(request.cluster);
  if (!cluster) throw new NotFound(await whyThereIsNone(request.cluster));
  if (cluster.deletionProtection) {
    throw new InvalidRequest(
      `cluster: ${cluster.name} is protected against deletion. Lift the protection first: kubestep protect ${cluster.name} --off`,
    );
  }
  const { name: clusterName, clusterId, planHash, generation } = cluster;
  return { clusterName, clusterId, planHash, generation, requestId };
}

/** A run that ended without giving the lock back can still finish what it began. */
async function howItGoesOn(name: string): Promise<string> {
  const { holder } = await readLock(name);
  if (holder === undefined || (await progressOf(holder)) !== 'ended') return '';
  return ` ${holder.runId} has ended without finishing; continue it: ${resumeCommand(name, holder)}`;
}

/** A creation records its cluster with its first state, a moment after it was asked for; a deletion forgets it before its last. */
async function whyThereIsNone(name: string): Promise<string> {
  const none = `There is no cluster ${name}`;
  const { holder } = await readLock(name);
  if (holder?.operation !== 'createCluster') return `${none} in this deployment.`;
  const { runId } = holder;
  switch (await progressOf(holder)) {
    case 'at work':
      return `${none} yet: ${runId} has just begun. Ask again in a moment, or look: kubestep watch ${runId} --cluster ${name}`;
    case 'ended':
      return `${none}: ${runId} was stopped or failed before it made the cluster. Continue it: ${resumeCommand(name, holder)}; or take its lock over: kubestep create -f FILE --take-over`;
    case 'not started':
      return `${none}: ${runId} has taken its lock and was never started. Take the lock over: kubestep create -f FILE --take-over`;
  }
}

async function progressOf({ executionArn }: LockHolder): Promise<'not started' | 'at work' | 'ended'> {
  const execution = await executionOf(executionArn);
  if (execution === undefined) return 'not started';
  return isAtWork(execution) ? 'at work' : 'ended';
}

const resumeCommand = (cluster: string, { runId }: LockHolder): string =>
  `kubestep resume ${runId} --cluster ${cluster}`;

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
  if (await recordRun(run)) return run;
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

/** `…:demo-create-abc` → `…:demo-create-abc--2` → `--3` */
function nextExecutionArn(arn: string): string {
  return `${arn.replace(/--\d+$/, '')}--${earlierExecutions(arn) + 2}`;
}

function runIdOf(operation: string, requestId: string): string {
  return `${operation.replace(/Cluster$/, '')}-${suffixOf(requestId, 8)}`;
}

/** Letters and digits that AWS names and DNS take alike, without vowels: no words. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

const inAlphabet = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join('');

/** Derived, so that a request sent again finds its own run. */
const suffixOf = (requestId: string, length: number): string =>
  inAlphabet(createHash('sha256').update(requestId).digest().subarray(0, length));

/** 11 of 27 characters are 52 bits: nobody can know the id of a cluster before it exists, and prepare resources that wear it. */
const newClusterId = (clusterName: string): string => `${clusterName}-${inAlphabet(randomBytes(11))}`;

const newRequestId = () => Buffer.from(randomBytes(16)).toString('hex');
