import { required, wordsOf } from '../commandLine.ts';
import { readSpecFile } from '../specFile.ts';
import { tellWhere } from '../where.ts';
import type { Command } from './command.ts';
import { followToEnd, startRun } from './operation.ts';

/** `kubestep create -f FILE` */
export const create: Command = async (context) => {
  wordsOf(context.commandLine, []);
  const { name, body } = readSpecFile(required(context.commandLine, context.commandLine.file, '-f FILE'));
  const target = await context.target();
  await tellWhere(context, target);
  const run = await startRun(context, target, { method: 'PUT', path: `/clusters/${name}`, body });
  return followToEnd(context, target, run);
};
