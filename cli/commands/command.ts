import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { stringify } from 'yaml';
import type { ExitCode } from '../exitCodes.ts';
import type { Format, Where } from '../options.ts';
import type { Output } from '../output.ts';
import type { Target } from '../target.ts';

/** What a verb works with. */
export interface CommandContext {
  readonly projectRoot: string;
  readonly output: Output;
  readonly where: Where;
  readonly format: Format;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether the folder holds a local world already. */
  worldExists(folder: string): Promise<boolean>;
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

/** Whether standard output is for a program, and holds nothing but the answer. */
export const isForPrograms = ({ format }: Pick<CommandContext, 'format'>): boolean =>
  format === 'json' || format === 'yaml';

/** Writes the answer as JSON or YAML where that was asked for, else as the lines given. */
export function answer(context: CommandContext, value: unknown, lines: () => readonly string[]): void {
  const { format, output } = context;
  if (format === 'json') output.line(JSON.stringify(value, undefined, 2));
  else if (format === 'yaml') output.line(stringify(value).trimEnd());
  else for (const line of lines()) output.line(line);
}
