import { required, wordsOf } from '../commandLine.ts';
import { exitCodes } from '../exitCodes.ts';
import { describeRun, findRun, stopRun } from '../runs.ts';
import { tellWhere } from '../where.ts';
import { answer, type Command } from './command.ts';

/** `kubestep stop RUN` */
export const stop: Command = async (context) => {
  const words = wordsOf(context.commandLine, ['run']);
  const runId = required(context.commandLine, words.run, 'the run');
  const target = await context.target();
  await tellWhere(context, target);
  const run = await findRun(target, runId, context.commandLine.cluster);
  await stopRun(target, run);
  const { status } = await describeRun(target, run);
  answer(context, { ...run, status }, () => [
    `${run.runId} is stopped. What it made stays, and cluster ${run.cluster} stays locked by it.`,
    `Go on: npx kubestep resume ${run.runId}`,
  ]);
  return exitCodes.done;
};
