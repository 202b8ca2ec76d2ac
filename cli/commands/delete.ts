import { required, wordsOf } from '../commandLine.ts';
import type { RunName } from '../runs.ts';
import { ask } from '../target.ts';
import type { Command } from './command.ts';
import { followToEnd, lockQuery } from './operation.ts';

/** `kubestep delete NAME` */
export const deleteCluster: Command = async (context) => {
  const words = wordsOf(context.commandLine, ['name']);
  const name = required(context.commandLine, words.name, 'the name of the cluster');
  const target = await context.target();
  const path = `/clusters/${encodeURIComponent(name)}`;
  const run = await ask<RunName>(target, { method: 'DELETE', path, ...lockQuery(context) });
  return followToEnd(context, target, run);
};
