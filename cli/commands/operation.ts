import { type ExitCode, exitCodes } from '../exitCodes.ts';
import type { Output } from '../output.ts';
import { followRun } from '../progress/followRun.ts';
import type { RunName } from '../runs.ts';
import { summaryOf } from '../summary/runSummary.ts';
import { type ApiRequest, accepted, ask, type Target } from '../target.ts';
import { answer, type CommandContext } from './command.ts';

/** Shows a run to its end, and how it ended. */
export async function followToEnd(context: CommandContext, target: Target, run: RunName): Promise<ExitCode> {
  const followed = await followRun(target, run, progressOutput(context));
  const { description } = followed;
  const lines = context.json ? [] : await summaryOf(target, followed);
  answer(context, description, () => lines);
  return description.status === 'SUCCEEDED' ? exitCodes.done : exitCodes.runFailed;
}

/** With `-o json` standard output is the answer's alone. */
function progressOutput({ json, output }: CommandContext): Output {
  if (!json) return output;
  const { error, write, columns, rows } = output;
  return { line: (text = '') => error(text), error, write, columns, rows, isTerminal: false };
}

/**
 * Starts an operation. Asked to take a lock over from a run that has just ended, it waits until none of that run's
 * functions can still be at work: the time of a local world goes on only while a command runs.
 */
export async function startRun(
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
