import { redriveWeight } from '../aws/adoption.ts';
import { readMembers } from '../aws/machineFacts.ts';
import { now } from '../environment.ts';
import { MachineFailed } from '../errors.ts';
import type { RunContext } from '../runContext.ts';
import { listPhaseReports, type PhaseReport, phases, readPhaseReport, storeShortfall } from '../store/reports.ts';
import {
  type Awaited,
  type GroupAwaited,
  type MachinesAwaited,
  openWait,
  type Wait,
  waitName,
} from '../store/waits.ts';
import {
  completeIfEnough,
  completeIfOperated,
  completeMachines,
  endWait,
  failureText,
  isUpTo,
  machineText,
  membersThrough,
} from './completeWaits.ts';
import { mayBeMissing } from './failureBudget.ts';

/** A state that waits, by its name and its token; `slot` separates states that wait side by side, such as a Map's items. */
export interface WaitingState {
  readonly run: RunContext;
  readonly attempt: number;
  readonly state: string;
  readonly taskToken: string;
  readonly slot?: string;
}

/**
 * Stores the token of a waiting state, then looks: what was reported before completes it at once. The order matters,
 * because a report may arrive between the two; it looks for waits only after it was stored itself. Answers the wait, which
 * may be over by then.
 *
 * Throws MachineFailed, with what each machine has said last, where machines fail or have been silent for too long: the
 * state's Retry decides how often it looks again before the run ends with that cause.
 */
export async function awaitReports(waiting: WaitingState, awaited: Awaited): Promise<Wait> {
  const { run, attempt, state, taskToken, slot } = waiting;
  const wait = await openWait({
    clusterId: run.clusterId,
    name: waitName(run, state, slot),
    taskToken,
    awaited,
    resumed: Math.floor(attempt / redriveWeight),
  });
  if ('operationId' in awaited) await completeIfOperated(wait, awaited);
  else if ('instanceIds' in awaited) await lookAtMachines(wait, awaited);
  else await lookAtGroup(waiting, wait, awaited);
  return wait;
}

/** A machine boots within three minutes. One that is not through after this is stuck, whether it says so or not. */
const patienceSeconds = { machines: 15 * 60, group: 60 * 60 };

/** Whether the wait, with all tries of its state since a person resumed the run last, is older than this. */
export const isOver = ({ since }: Wait, seconds: number): boolean =>
  now().getTime() - Date.parse(since) >= seconds * 1000;

/** Machines of slots: each of them is needed, so one that fails, or is silent for too long, ends this try. */
async function lookAtMachines(wait: Wait, awaited: MachinesAwaited): Promise<void> {
  const { clusterId } = wait;
  const reports = await Promise.all(awaited.instanceIds.map((id) => lastReport(clusterId, id, awaited)));
  const done = reports.filter(({ outcome, phase }) => outcome === 'done' && phase === awaited.phase);
  if (done.length > 0) {
    await completeMachines(
      wait,
      awaited,
      done.map(({ instanceId }) => instanceId),
    );
  }
  const failed = reports.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) {
    throw new MachineFailed(failed.map((report) => failureText(report, awaited.slotOf)).join('; '));
  }

  const late = reports.filter((report) => !done.includes(report));
  if (late.length > 0 && isOver(wait, patienceSeconds.machines)) {
    throw new MachineFailed(
      `Not ${awaited.phase} since ${wait.since}: ${late.map((report) => saidLast(report, awaited)).join('; ')}`,
    );
  }
}

type LastReport = Pick<PhaseReport, 'instanceId' | 'phase' | 'message'> & {
  readonly outcome: PhaseReport['outcome'] | 'silent';
};

/** What the machine has said last on its way to the awaited phase. */
async function lastReport(clusterId: string, instanceId: string, awaited: MachinesAwaited): Promise<LastReport> {
  for (const phase of phases.filter((one) => isUpTo(one, awaited.phase)).reverse()) {
    const report = await readPhaseReport(clusterId, phase, instanceId);
    if (report !== undefined) return report;
  }
  return { instanceId, phase: awaited.phase, outcome: 'silent' };
}

function saidLast({ instanceId, phase, outcome, message }: LastReport, { slotOf }: MachinesAwaited): string {
  const machine = machineText(instanceId, slotOf);
  if (outcome === 'silent') return `${machine} has reported nothing`;
  return `${machine}: ${phase} ${outcome}${message ? `: ${message}` : ''}`;
}

/**
 * Machines of a group: enough of them are needed. Some may fail, or be silent until the patience is over; the run continues
 * without them and says so. Only a look decides that, never a report: a machine that fails now may be through a minute later.
 */
async function lookAtGroup({ run, attempt }: WaitingState, wait: Wait, awaited: GroupAwaited): Promise<void> {
  if ((await completeIfEnough(wait, awaited)) || attempt % redriveWeight === 0) return;

  const through = await membersThrough(wait.clusterId, awaited);
  const failing = (await failingMembers(wait.clusterId, awaited)).filter((one) => !through.includes(one.instanceId));
  const isPatienceOver = isOver(wait, patienceSeconds.group);
  const machines = through.length;
  const missing = awaited.count - machines;
  const allowed = mayBeMissing(awaited.count);
  const text = failing.map((report) => failureText(report)).join('; ');
  if (missing <= allowed && (failing.length >= missing || isPatienceOver)) {
    await storeShortfall(wait.clusterId, run.runId, { group: awaited.group, machines, missing, failing: text });
    await endWait(wait, { machines, missing, failing: text });
  } else if (failing.length > allowed || isPatienceOver) {
    throw new MachineFailed(
      `Node group ${awaited.group} has ${machines} of ${awaited.count} nodes. ${text || 'The others have reported nothing'}`,
    );
  }
}

/** What the group's present machines fail with, at most one failure each. */
async function failingMembers(clusterId: string, awaited: GroupAwaited): Promise<PhaseReport[]> {
  const [members, reports] = await Promise.all([readMembers(awaited.groupName), listPhaseReports(clusterId)]);
  const failed = reports.filter(
    ({ outcome, phase, instanceId }) =>
      outcome === 'failed' && isUpTo(phase, awaited.phase) && members.get(instanceId) === awaited.templateVersion,
  );
  return [...new Map(failed.map((report) => [report.instanceId, report])).values()];
}
