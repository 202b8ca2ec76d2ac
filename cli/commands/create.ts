import { Command } from '@commander-js/extra-typings';
import { requestTo } from '../../shared/operations/routes.ts';
import type { ExitCode } from '../exitCodes.ts';
import {
  dryRunOption,
  noWaitOption,
  requestIdOption,
  takeOverOption,
  timeoutOption,
  withOutput,
  withTarget,
} from '../options.ts';
import { printWhere } from '../printWhere.ts';
import { readSpecFile } from '../specFile.ts';
import { type CommandContext, examples, type Verb } from './command.ts';
import { type RunOptions, startAndFollow } from './operation.ts';
import { plan } from './plan.ts';

/** `kubestep create -f FILE` */
export const createVerb: Verb = (run) => {
  const verb = new Command('create')
    .summary('create the cluster of a spec')
    .description(
      'Creates the cluster of a spec and shows the run until it ends. A local run lives in this process: after Ctrl-C or a crash, kubestep resume continues it.',
    )
    .usage('-f FILE [options]')
    .requiredOption('-f, --file <FILE>', 'the spec of the cluster; - reads it from standard input')
    .addOption(dryRunOption('only say what would be made, as plan does'))
    .addOption(takeOverOption())
    .addOption(noWaitOption())
    .addOption(timeoutOption())
    .addOption(requestIdOption())
    .addHelpText('after', examples('kubestep create -f cluster.yaml', 'kubestep create -f cluster.yaml -o json'))
    .action((options, command) => run(command, (context) => create(context, options)));
  return withOutput(withTarget(verb));
};

interface Wanted extends RunOptions {
  readonly file: string;
  readonly dryRun?: boolean | undefined;
}

async function create(context: CommandContext, { file, dryRun = false, ...options }: Wanted): Promise<ExitCode> {
  if (dryRun) return plan(context, file);
  const { name, body } = readSpecFile(file);
  const target = await context.target();
  await printWhere(context, target);
  return startAndFollow(context, target, { ...requestTo('createCluster', { name }), body }, options);
}
