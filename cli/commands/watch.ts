import { wordsOf } from '../commandLine.ts';
import { findRun } from '../runs.ts';
import type { Command } from './command.ts';
import { followToEnd } from './operation.ts';

/** `kubestep watch [RUN]` */
export const watch: Command = async (context) => {
  const { run } = wordsOf(context.commandLine, ['run']);
  const target = await context.target();
  return followToEnd(context, target, await findRun(target, run, context.commandLine.cluster));
};
