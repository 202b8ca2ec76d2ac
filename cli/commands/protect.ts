import { required, wordsOf } from '../commandLine.ts';
import { exitCodes } from '../exitCodes.ts';
import { ask } from '../target.ts';
import { tellWhere } from '../where.ts';
import { answer, type Command } from './command.ts';

/** `kubestep protect NAME [--off]` */
export const protect: Command = async (context) => {
  const words = wordsOf(context.commandLine, ['name']);
  const name = required(context.commandLine, words.name, 'the name of the cluster');
  const isProtected = !context.commandLine.off;
  const path = `/clusters/${encodeURIComponent(name)}/protection`;
  const target = await context.target();
  await tellWhere(context, target);
  const body = await ask(target, { method: 'POST', path, query: { protected: String(isProtected) } });
  answer(context, body, () => [
    isProtected
      ? `${name} is protected against deletion. Lift it again: npx kubestep protect ${name} --off`
      : `${name} can be deleted: npx kubestep delete ${name}`,
  ]);
  return exitCodes.done;
};
