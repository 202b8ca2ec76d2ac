import { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exitCodes.ts';
import { timeoutOption, withOutput, withTarget } from '../options.ts';
import { printWhere } from '../printWhere.ts';
import { findRun, isGoingOn, readStatus, resumeRun } from '../runs.ts';
import { type CommandContext, examples, type Verb } from './command.ts';
import { followToEnd } from './operation.ts';

/** `kubestep resume [RUN]` */
export const resumeVerb: Verb = (run) => {
  const verb = new Command('resume')
    .summary('continue a run that failed, was stopped or died')
    .description(
      'Continues a run that failed, was stopped, or whose local process died; without RUN the only unfinished one.',
    )
    .argument('[RUN]', 'the id of the run')
    .option('--cluster <NAME>', 'the cluster of the run; needed where it is deleted')
    .addOption(timeoutOption())
    .addHelpText('after', examples('kubestep resume', 'kubestep resume create-5bsfp6p8'))
    .action((id, options, command) => run(command, (context) => resume(context, id, options)));
  return withOutput(withTarget(verb));
};

interface Wanted {
  readonly cluster?: string | undefined;
  readonly timeout?: number | undefined;
}

/** A run whose local process died continues by itself once its world is open. */
async function resume(
  context: CommandContext,
  id: string | undefined,
  { cluster, timeout }: Wanted,
): Promise<ExitCode> {
  const target = await context.target();
  await printWhere(context, target);
  const run = await findRun(target, id, cluster);
  if (!isGoingOn(await readStatus(target, run))) await resumeRun(target, run);
  return followToEnd(context, target, run, timeout);
}
