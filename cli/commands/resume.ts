import { wordsOf } from '../commandLine.ts';
import { describeRun, findRun, isGoingOn, resumeRun } from '../runs.ts';
import { tellWhere } from '../where.ts';
import type { Command } from './command.ts';
import { followToEnd } from './operation.ts';

/** `kubestep resume [RUN]`: a run whose local process died goes on by itself once its world is open. */
export const resume: Command = async (context) => {
  const words = wordsOf(context.commandLine, ['run']);
  const target = await context.target();
  await tellWhere(context, target);
  const run = await findRun(target, words.run, context.commandLine.cluster);
  if (!isGoingOn(await describeRun(target, run))) await resumeRun(target, run);
  return followToEnd(context, target, run);
};
