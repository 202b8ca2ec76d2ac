import type { CommandLine } from '../commandLine.ts';
import type { ExitCode } from '../exitCodes.ts';
import type { Output } from '../output.ts';
import type { Target } from '../target.ts';

/** What a verb works with. */
export interface CommandContext {
  readonly commandLine: CommandLine;
  readonly projectRoot: string;
  readonly output: Output;
  /** Opens the target at the first use. */
  target(): Promise<Target>;
}

/** One verb. */
export type Command = (context: CommandContext) => Promise<ExitCode>;

/** Writes the answer as JSON where that was asked for, else as the lines given. */
export function answer({ commandLine, output }: CommandContext, value: unknown, lines: () => readonly string[]): void {
  if (commandLine.json) output.line(JSON.stringify(value, undefined, 2));
  else for (const line of lines()) output.line(line);
}
