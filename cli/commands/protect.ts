import { Command } from '@commander-js/extra-typings';
import { requestTo } from '../../shared/operations/routes.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { printWhere } from '../printWhere.ts';
import { ask } from '../target.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep protect NAME [--off]` */
export const protectVerb: Verb = (run) => {
  const verb = new Command('protect')
    .summary('protect a cluster against deletion')
    .description('Protects a cluster against deletion, or lifts the protection. Either is recorded.')
    .argument('<NAME>', 'the name of the cluster')
    .option('--off', 'lift the protection')
    .addHelpText('after', examples('kubestep protect demo', 'kubestep protect demo --off'))
    .action((name, { off = false }, command) => run(command, (context) => protect(context, name, !off)));
  return withOutput(withTarget(verb));
};

async function protect(context: CommandContext, name: string, isProtected: boolean): Promise<ExitCode> {
  const target = await context.target();
  await printWhere(context, target);
  const body = await ask(target, {
    ...requestTo('setDeletionProtection', { name }),
    query: { protected: String(isProtected) },
  });
  answer(context, body, () => [
    isProtected
      ? `${name} is protected against deletion. Lift it again: kubestep protect ${name} --off`
      : `${name} can be deleted: kubestep delete ${name}`,
  ]);
  return exitCodes.done;
}
