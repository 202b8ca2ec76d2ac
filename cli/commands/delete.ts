import { required, wordsOf } from '../commandLine.ts';
import { tellWhere } from '../where.ts';
import type { Command } from './command.ts';
import { followToEnd, startRun } from './operation.ts';

/** `kubestep delete NAME [--delete-volumes]` */
export const deleteCluster: Command = async (context) => {
  const words = wordsOf(context.commandLine, ['name']);
  const name = required(context.commandLine, words.name, 'the name of the cluster');
  const target = await context.target();
  await tellWhere(context, target);
  const path = `/clusters/${encodeURIComponent(name)}`;
  const query = context.commandLine.deleteVolumes ? { query: { deleteVolumes: 'true' } } : {};
  const run = await startRun(context, target, { method: 'DELETE', path, ...query });
  return followToEnd(context, target, run);
};
