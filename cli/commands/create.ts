import { required, wordsOf } from '../commandLine.ts';
import type { RunName } from '../runs.ts';
import { readSpecFile } from '../specFile.ts';
import { ask } from '../target.ts';
import type { Command } from './command.ts';
import { followToEnd, lockQuery } from './operation.ts';

/** `kubestep create -f FILE` */
export const create: Command = async (context) => {
  wordsOf(context.commandLine, []);
  const body = readSpecFile(required(context.commandLine, context.commandLine.file, '-f FILE'));
  const target = await context.target();
  const run = await ask<RunName>(target, { method: 'POST', path: '/clusters', body, ...lockQuery(context) });
  return followToEnd(context, target, run);
};
