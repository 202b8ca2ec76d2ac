import { required, wordsOf } from '../commandLine.ts';
import { exitCodes } from '../exitCodes.ts';
import { ask } from '../target.ts';
import { answer, type Command } from './command.ts';

/** `kubestep protect NAME [--off]` */
export const protect: Command = async (context) => {
  const { commandLine } = context;
  const cluster = required(commandLine, wordsOf(commandLine, ['cluster']).cluster, 'the cluster');
  const path = `/clusters/${encodeURIComponent(cluster)}/protection`;
  const query = { protected: String(!commandLine.off) };
  const answered = await ask<object>(await context.target(), { method: 'POST', path, query });
  answer(context, answered, () => [
    commandLine.off
      ? `${cluster} can be deleted now: npx kubestep delete ${cluster}`
      : `${cluster} is protected against deletion.`,
  ]);
  return exitCodes.done;
};
