import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { ExitCode } from '../exitCodes.ts';
import type { Where } from '../options.ts';
import type { Output } from '../output.ts';
import type { Target } from '../target.ts';

/** What a verb works with. */
export interface CommandContext {
  readonly projectRoot: string;
  readonly output: Output;
  readonly where: Where;
  /** Whether standard output is to be JSON, and nothing else. */
  readonly json: boolean;
  /** Opens the target at the first use. */
  target(): Promise<Target>;
}

/** Does the work of a verb once its command line is read. */
export type Run = (verb: CommandUnknownOpts, work: (context: CommandContext) => Promise<ExitCode>) => Promise<void>;

/** Declares one verb: its words, options and examples, and what it runs. */
export type Verb = (run: Run) => CommandUnknownOpts;

/** The end of a verb's help: what to type, ready to copy. */
export const examples = (...lines: readonly string[]): string =>
  ['', 'Examples:', ...lines.map((line) => `  ${line}`)].join('\n');

/** Writes the answer as JSON where that was asked for, else as the lines given. */
export function answer({ json, output }: CommandContext, value: unknown, lines: () => readonly string[]): void {
  if (json) output.line(JSON.stringify(value, undefined, 2));
  else for (const line of lines()) output.line(line);
}
