import { type ExitCode, exitCodes } from '../exitCodes.ts';
import type { Output } from '../output.ts';
import { followRun } from '../progress/followRun.ts';
import type { RunName } from '../runs.ts';
import { summaryOf } from '../summary/runSummary.ts';
import type { Target } from '../target.ts';
import { answer, type CommandContext } from './command.ts';

/** Shows a run to its end, and how it ended. */
export async function followToEnd(context: CommandContext, target: Target, run: RunName): Promise<ExitCode> {
  const followed = await followRun(target, run, progressOutput(context));
  const { description } = followed;
  const lines = context.commandLine.json ? [] : await summaryOf(target, followed);
  answer(context, description, () => lines);
  return description.status === 'SUCCEEDED' ? exitCodes.done : exitCodes.runFailed;
}

/** With `-o json` standard output is the answer's alone. */
function progressOutput({ commandLine, output }: CommandContext): Output {
  if (!commandLine.json) return output;
  const { error, write, columns, rows } = output;
  return { line: (text = '') => error(text), error, write, columns, rows, isTerminal: false };
}

/** The query of a request that takes the lock where that was asked for. */
export const lockQuery = ({ commandLine }: CommandContext): { query?: Record<string, string> } =>
  commandLine.takeOver ? { query: { takeOver: 'true' } } : {};
