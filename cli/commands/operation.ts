import { randomBytes } from 'node:crypto';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import type { Output } from '../output.ts';
import { followRun } from '../progress/followRun.ts';
import { summaryOf } from '../summary/runSummary.ts';
import { type ApiRequest, accepted, ask, type RunName, type Target } from '../target.ts';
import { runView } from '../views.ts';
import { answer, type CommandContext, isForPrograms } from './command.ts';

/** What every verb that starts a run takes beside its own options. */
export interface RunOptions {
  readonly takeOver?: boolean | undefined;
  readonly wait: boolean;
  readonly requestId?: string | undefined;
  /** How long to watch, in milliseconds. */
  readonly timeout?: number | undefined;
}

/** Starts a run and shows it to its end; without waiting, only says how to see it. */
export async function startAndFollow(
  context: CommandContext,
  target: Target,
  request: ApiRequest,
  { takeOver = false, wait, requestId = newRequestId(), timeout }: RunOptions,
): Promise<ExitCode> {
  const named = { ...request, query: { ...request.query, requestId } };
  const run = await startRun(context, target, named, takeOver);
  if (wait) return followToEnd(context, target, run, timeout);
  answer(context, { ...run, requestId }, () => [
    `${run.runId} has started${target.kind === 'local' ? ', and time of the model passes only while a command waits' : ''}`,
    '',
    'Next',
    `  kubestep watch ${run.runId} --cluster ${run.cluster}`,
  ]);
  return exitCodes.done;
}

/** Sent again, a request of the same id finds its own run instead of starting another. */
function newRequestId(): string {
  return randomBytes(16).toString('hex');
}

/** Shows a run to its end, and how it ended; fails where that takes longer than `timeout` milliseconds. */
export async function followToEnd(
  context: CommandContext,
  target: Target,
  run: RunName,
  timeout?: number,
): Promise<ExitCode> {
  const followed = await followRun(target, run, progressOutput(context), timeout);
  const { description } = followed;
  const lines = isForPrograms(context) ? [] : await summaryOf(target, followed, context.projectRoot);
  answer(context, runView(description), () => lines);
  return description.status === 'SUCCEEDED' ? exitCodes.done : exitCodes.runFailed;
}

/** With `-o json` or `-o yaml` nothing is written but the answer, or the error. */
function progressOutput(context: CommandContext): Output {
  const { output } = context;
  return isForPrograms(context) ? { ...output, line: () => {}, isTerminal: false } : output;
}

/**
 * Starts an operation. Asked to take a lock over from a run that has just ended, it waits until none of that run's
 * functions can still be at work: time passes in a local world only while a command runs.
 */
async function startRun(
  context: CommandContext,
  target: Target,
  request: ApiRequest,
  takeOver: boolean,
): Promise<RunName> {
  const wanted = takeOver ? { ...request, query: { ...request.query, takeOver: 'true' } } : request;
  const answered = await target.request(wanted);
  const { message, retryAfterSeconds } = (answered.body ?? {}) as { message?: string; retryAfterSeconds?: number };
  if (!takeOver || retryAfterSeconds === undefined) return accepted<RunName>(target, wanted, answered);

  progressOutput(context).line(`${message} Waiting for that.`);
  const end = target.now() + retryAfterSeconds * 1000;
  while (target.now() < end) await target.pause(target.pollMilliseconds);
  return ask<RunName>(target, wanted);
}
