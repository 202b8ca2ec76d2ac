import { Command } from '@commander-js/extra-typings';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { printWhere } from '../printWhere.ts';
import { findRun, readStatus, stopRun } from '../runs.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep stop RUN` */
export const stopVerb: Verb = (run) => {
  const verb = new Command('stop')
    .summary('stop a run')
    .description(
      'Stops a run where it is. If it holds the lock of its cluster, it keeps it until kubestep resume continues the run.',
    )
    .argument('<RUN>', 'the id of the run')
    .option('--cluster <NAME>', 'the cluster of the run; needed where it is deleted')
    .addHelpText('after', examples('kubestep stop create-5bsfp6p8'))
    .action((id, { cluster }, command) => run(command, (context) => stop(context, id, cluster)));
  return withOutput(withTarget(verb));
};

async function stop(context: CommandContext, id: string, cluster: string | undefined): Promise<ExitCode> {
  const target = await context.target();
  await printWhere(context, target);
  const run = await findRun(target, id, cluster);
  await stopRun(target, run);
  const { status } = await readStatus(target, run);
  answer(context, { ...run, status }, () => [
    `${run.runId} is stopped. What it made stays. If it holds the lock of cluster ${run.cluster}, it keeps it.`,
    `To continue: kubestep resume ${run.runId} --cluster ${run.cluster}`,
  ]);
  return exitCodes.done;
}
