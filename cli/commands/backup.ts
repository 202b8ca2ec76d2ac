import { Command } from '@commander-js/extra-typings';
import { requestTo } from '../../shared/operations/routes.ts';
import type { ExitCode } from '../exitCodes.ts';
import { noWaitOption, requestIdOption, timeoutOption, withOutput, withTarget } from '../options.ts';
import { printWhere } from '../printWhere.ts';
import { type CommandContext, examples, type Verb } from './command.ts';
import { type RunOptions, startAndFollow } from './operation.ts';

/** `kubestep backup NAME` */
export const backupVerb: Verb = (run) => {
  const verb = new Command('backup')
    .summary('store a snapshot of a cluster’s etcd')
    .description(
      'Stores a verified snapshot of a cluster’s etcd in the deployment’s bucket, with what a restore needs beside it, and shows the run until it ends. It takes no lock, and outlives the cluster.',
    )
    .argument('<NAME>', 'the name of the cluster')
    .addOption(noWaitOption())
    .addOption(timeoutOption())
    .addOption(requestIdOption())
    .addHelpText('after', examples('kubestep backup demo', 'kubestep get backups --cluster demo'))
    .action((name, options, command) => run(command, (context) => backup(context, name, options)));
  return withOutput(withTarget(verb));
};

async function backup(context: CommandContext, name: string, options: RunOptions): Promise<ExitCode> {
  const target = await context.target();
  await printWhere(context, target);
  return startAndFollow(context, target, requestTo('createBackup', { name }), options);
}
