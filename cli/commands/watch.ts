import { Command } from '@commander-js/extra-typings';
import { timeoutOption, withOutput, withTarget } from '../options.ts';
import { findRun } from '../runs.ts';
import { examples, type Verb } from './command.ts';
import { followToEnd } from './operation.ts';

/** `kubestep watch [RUN]` */
export const watchVerb: Verb = (run) => {
  const verb = new Command('watch')
    .summary('show a run until it ends')
    .description('Shows a run until it ends; without RUN the only one that has not ended.')
    .argument('[RUN]', 'the id of the run')
    .option('--cluster <NAME>', 'the cluster of the run; needed where it is deleted')
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      examples('kubestep watch create-5bsfp6p8', 'kubestep watch --timeout 30m', 'kubestep watch | tee run.log'),
    )
    .action((id, { cluster, timeout }, command) =>
      run(command, async (context) => {
        const target = await context.target();
        return followToEnd(context, target, await findRun(target, id, cluster), timeout);
      }),
    );
  return withOutput(withTarget(verb));
};
