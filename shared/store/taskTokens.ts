import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { stepFunctions } from '../aws/clients/stepFunctions.ts';
import type { RunContext } from '../step/runContext.ts';
import { countDone, isPhaseDone, type OperationReport, type Phase, readOperationReport } from './reports.ts';
import { queryRows, writeRow } from './table.ts';

/** What a waiting state wants to hear before it goes on. */
export type Awaited =
  | { readonly phase: Phase; readonly instanceIds: readonly string[] }
  | { readonly phase: Phase; readonly group: string; readonly templateVersion: string; readonly count: number }
  /** The machine that was asked: no other may answer for it. */
  | { readonly operationId: string; readonly instanceId: string };

interface WaitRow {
  readonly state: string;
  readonly executionArn: string;
  readonly taskToken: string;
  readonly awaited: Awaited;
}

const partitionOf = (clusterId: string) => `waits#${clusterId}`;

/**
 * Stores the token of a waiting state, then looks: what was reported before completes it at once. The order matters,
 * because a report may arrive between the two; it looks for tokens only after it was stored itself.
 * `slot` tells apart states that wait side by side, such as the items of a Map.
 */
export async function awaitReports(
  run: RunContext,
  state: string,
  taskToken: string,
  awaited: Awaited,
  slot = 'only',
): Promise<void> {
  const row: WaitRow = { state, executionArn: run.executionArn, taskToken, awaited };
  await writeRow({ pk: partitionOf(run.clusterId), sk: `${state}#${slot}`, ...row });
  await completeIfReported(run.clusterId, row);
}

/** Completes the tokens that a report just stored has satisfied, and fails those that wait for what has failed. */
export async function completeTokens(
  clusterId: string,
  report: { readonly outcome: 'done' | 'failed'; readonly instanceId: string; readonly message?: string } & (
    | { readonly phase: Phase; readonly group?: string }
    | { readonly operationId: string }
  ),
): Promise<void> {
  const waits = await queryRows<WaitRow>(partitionOf(clusterId));
  const concerned = waits.filter(({ awaited }) => concerns(awaited, report));
  for (const wait of concerned) {
    if (report.outcome === 'done') await completeIfReported(clusterId, wait);
    else await failToken(wait.taskToken, `${report.instanceId}: ${report.message ?? 'failed without a message'}`);
  }
}

function concerns(
  awaited: Awaited,
  report: { readonly instanceId: string } & (
    | { readonly phase: Phase; readonly group?: string }
    | { readonly operationId: string }
  ),
): boolean {
  if ('operationId' in awaited) {
    const isSameMachine = report.instanceId === awaited.instanceId;
    return 'operationId' in report && report.operationId === awaited.operationId && isSameMachine;
  }
  if ('operationId' in report || report.phase !== awaited.phase) return false;
  return 'instanceIds' in awaited ? awaited.instanceIds.includes(report.instanceId) : awaited.group === report.group;
}

async function completeIfReported(clusterId: string, { awaited, taskToken }: WaitRow): Promise<void> {
  if ('operationId' in awaited) {
    const report = await readOperationReport(clusterId, awaited.operationId, awaited.instanceId);
    const { operationId, instanceId } = awaited;
    if (report?.outcome === 'done') await completeToken(taskToken, { ...resultOf(report), operationId, instanceId });
    if (report?.outcome === 'failed') await failToken(taskToken, `${report.instanceId}: ${report.message ?? 'failed'}`);
  } else if ('instanceIds' in awaited) {
    const done = await Promise.all(awaited.instanceIds.map((id) => isPhaseDone(clusterId, awaited.phase, id)));
    if (done.every(Boolean)) await completeToken(taskToken, { machines: awaited.instanceIds.length });
  } else {
    const machines = await countDone(clusterId, awaited.phase, awaited.group, awaited.templateVersion);
    if (machines >= awaited.count) await completeToken(taskToken, { machines });
  }
}

const resultOf = ({ result }: OperationReport): object => (typeof result === 'object' && result !== null ? result : {});

/** Lets a waiting state go on with this answer. */
export async function completeToken(taskToken: string, output: unknown): Promise<void> {
  await untilOver(() => stepFunctions.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })));
}

async function failToken(taskToken: string, cause: string): Promise<void> {
  await untilOver(() => stepFunctions.send(new SendTaskFailureCommand({ taskToken, error: 'MachineFailed', cause })));
}

/** A token that nobody waits for any more is as good as completed: reports come late and twice. */
async function untilOver(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    const over = ['TaskTimedOut', 'InvalidToken', 'TaskDoesNotExist'];
    if (!(error instanceof Error) || !over.includes(error.name)) throw error;
  }
}
