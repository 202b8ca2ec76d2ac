import { required, wordsOf } from '../commandLine.ts';
import type { RunName } from '../runs.ts';
import { ask } from '../target.ts';
import { tellWhere } from '../where.ts';
import type { Command } from './command.ts';
import { followToEnd, lockQuery } from './operation.ts';

/** `kubestep delete NAME [--delete-volumes]` */
export const deleteCluster: Command = async (context) => {
  const words = wordsOf(context.commandLine, ['name']);
  const name = required(context.commandLine, words.name, 'the name of the cluster');
  const target = await context.target();
  await tellWhere(context, target);
  const path = `/clusters/${encodeURIComponent(name)}`;
  const query = { ...lockQuery(context).query, ...(context.commandLine.deleteVolumes && { deleteVolumes: 'true' }) };
  const run = await ask<RunName>(target, { method: 'DELETE', path, query });
  return followToEnd(context, target, run);
};
