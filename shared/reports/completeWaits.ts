import { readMembers } from '../aws/machineFacts.ts';
import {
  countDone,
  listReportsOf,
  type OperationReport,
  type PhaseReport,
  phases,
  readOperationReport,
} from '../store/reports.ts';
import { completeToken, failToken, heartbeatToken } from '../store/taskTokens.ts';
import {
  closeWait,
  type GroupAwaited,
  listWaits,
  listWaitsFor,
  type MachinesAwaited,
  type OperationAwaited,
  takeFromPending,
  type Wait,
} from '../store/waits.ts';

/** Completes the waits that a phase reported just now has satisfied, and fails those for the machine that has failed. */
export async function completePhase(report: PhaseReport): Promise<void> {
  if (report.outcome === 'waiting') return;
  for (const wait of await listWaits(report.clusterId)) {
    const { awaited } = wait;
    if ('instanceIds' in awaited) await completeMachine(wait, awaited, report);
    else if ('group' in awaited) await completeMember(wait, awaited, report);
  }
}

/** An operation of one machine, as its reports name it. */
type Operation = Pick<OperationReport, 'clusterId' | 'operationId' | 'instanceId'>;

/** Completes, or fails, what waits for the operation reported just now. */
export async function completeOperation(operation: Operation): Promise<void> {
  for (const wait of await listWaitsFor(operation)) await completeIfOperated(wait, operation);
}

/** Keeps what waits for the operation waiting: its machine is still at work. Nothing is stored. */
export async function heartbeatOperation(operation: Operation): Promise<void> {
  for (const { taskToken } of await listWaitsFor(operation)) await heartbeatToken(taskToken);
}

/** Completes the wait when its operation was reported. */
export async function completeIfOperated(wait: Wait, { operationId, instanceId }: OperationAwaited): Promise<void> {
  const report = await readOperationReport(wait.clusterId, operationId, instanceId);
  if (report === undefined) return;
  if (report.outcome === 'done') await endWait(wait, { ...resultOf(report), operationId, instanceId });
  else await failToken(wait.taskToken, `${instanceId}: ${report.message ?? 'failed without a message'}`);
}

const resultOf = ({ result }: OperationReport): object => (typeof result === 'object' && result !== null ? result : {});

/** Takes machines that are through out of what the wait is pending on; with the last of them it is complete. */
export async function completeMachines(wait: Wait, awaited: MachinesAwaited, done: readonly string[]): Promise<void> {
  const left = await takeFromPending(wait, done);
  if (left === undefined || left.pending !== undefined) return;
  await endWait(wait, { machines: awaited.instanceIds.length });
}

/** A machine that is through cannot fail the wait any more, and one that fails before the awaited phase will not reach it. */
async function completeMachine(wait: Wait, awaited: MachinesAwaited, report: PhaseReport): Promise<void> {
  const { phase, outcome, instanceId } = report;
  if (outcome === 'done' && phase === awaited.phase && awaited.instanceIds.includes(instanceId)) {
    await completeMachines(wait, awaited, [instanceId]);
  } else if (outcome === 'failed' && wait.pending?.has(instanceId) && isUpTo(phase, awaited.phase)) {
    await failToken(wait.taskToken, failureText(report, awaited.slotOf));
  }
}

/** One machine of a group that fails is no reason to end a wait: how many may, the waiting state decides. */
async function completeMember(wait: Wait, awaited: GroupAwaited, report: PhaseReport): Promise<void> {
  const isCounted = report.phase === awaited.phase && report.group === awaited.group;
  if (report.outcome === 'done' && isCounted) await completeIfEnough(wait, awaited);
}

/** Completes the wait on a group when as many of its present machines are through as were requested. */
export async function completeIfEnough(wait: Wait, awaited: GroupAwaited): Promise<boolean> {
  const { phase, group, templateVersion, count } = awaited;
  // The count is one read and never too low, so most reports end here.
  if ((await countDone(wait.clusterId, phase, group, templateVersion)) < count) return false;
  const machines = (await membersThrough(wait.clusterId, awaited)).length;
  if (machines < count) return false;
  await endWait(wait, { machines });
  return true;
}

/** Which machines of the group, as Auto Scaling has it now, have reported the phase done. */
export async function membersThrough(clusterId: string, awaited: GroupAwaited): Promise<string[]> {
  const [members, reports] = await Promise.all([
    readMembers(awaited.groupName),
    listReportsOf(clusterId, awaited.phase),
  ]);
  return reports
    .filter(({ outcome, instanceId }) => outcome === 'done' && members.get(instanceId) === awaited.templateVersion)
    .map(({ instanceId }) => instanceId);
}

/** Ends a wait well. Its row is deleted last: after a death in between, it is done again. */
export async function endWait(wait: Wait, output: object): Promise<void> {
  await completeToken(wait.taskToken, output);
  await closeWait(wait);
}

/** Whether a machine has to be through this phase before it gets to the awaited one. */
export const isUpTo = (phase: PhaseReport['phase'], awaited: PhaseReport['phase']): boolean =>
  phases.indexOf(phase) <= phases.indexOf(awaited);

/** What a machine has failed with, as people read it. */
export const failureText = (
  { instanceId, phase, message }: Pick<PhaseReport, 'instanceId' | 'phase' | 'message'>,
  slotOf?: MachinesAwaited['slotOf'],
): string => `${machineText(instanceId, slotOf)}: ${phase}: ${message ?? 'failed without a message'}`;

/** `master-1 (i-0123456789abcdef0)`, or the id alone where no slot has it. */
export const machineText = (instanceId: string, slotOf: MachinesAwaited['slotOf'] = {}): string =>
  slotOf[instanceId] === undefined ? instanceId : `${slotOf[instanceId]} (${instanceId})`;
