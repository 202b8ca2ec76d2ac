import { Command } from '@commander-js/extra-typings';
import { requestTo } from '../../shared/operations/routes.ts';
import { changeLines } from '../changeLines.ts';
import { CommandFailure, type ExitCode, exitCodes, usageError } from '../exitCodes.ts';
import {
  dryRunOption,
  noWaitOption,
  requestIdOption,
  takeOverOption,
  timeoutOption,
  withOutput,
  withTarget,
} from '../options.ts';
import { planOf } from '../planOf.ts';
import { printWhere } from '../printWhere.ts';
import { readSpecFile } from '../specFile.ts';
import { shellWord } from '../words.ts';
import { answer, type CommandContext, examples, isForPrograms, type Verb } from './command.ts';
import { type RunOptions, startAndFollow } from './operation.ts';
import { plan } from './plan.ts';

/** `kubestep reconfigure -f FILE` */
export const reconfigureVerb: Verb = (run) => {
  const verb = new Command('reconfigure')
    .summary('bring a cluster that exists to a changed spec')
    .description(
      'Says what the changed spec does to the cluster, asks, and shows the run until it ends: components restart on one machine at a time, sizes and add-ons change. What this version does not change yet is refused by its path, and nothing is touched.',
    )
    .usage('-f FILE [options]')
    .requiredOption('-f, --file <FILE>', 'the changed spec of the cluster; - reads it from standard input')
    .addOption(dryRunOption('only say what would change, as plan does'))
    .addOption(takeOverOption())
    .addOption(noWaitOption())
    .addOption(timeoutOption())
    .addOption(requestIdOption())
    .option('-y, --yes', 'do not ask; without a terminal nobody is asked')
    .addHelpText(
      'after',
      examples('kubestep reconfigure -f cluster.yaml --dry-run', 'kubestep reconfigure -f cluster.yaml'),
    )
    .action((options, command) => run(command, (context) => reconfigure(context, options)));
  return withOutput(withTarget(verb));
};

interface Wanted extends RunOptions {
  readonly file: string;
  readonly dryRun?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

async function reconfigure(
  context: CommandContext,
  { file, dryRun = false, yes = false, ...options }: Wanted,
): Promise<ExitCode> {
  if (dryRun) return plan(context, file);
  const spec = readSpecFile(file);
  const target = await context.target();
  const planned = await planOf(target, spec);
  if (!('existing' in planned))
    throw new CommandFailure(
      exitCodes.notFound,
      `There is no cluster ${spec.name}. Create it: kubestep create -f ${shellWord(file)}`,
    );
  const { existing, changes } = planned;
  // A run that was given up may have left machines on the way to its plan: only the API knows.
  if (changes.length === 0 && existing.status === 'active') {
    answer(context, { existing, changes }, () => [...changeLines(existing, changes), '', 'Nothing was touched.']);
    return exitCodes.done;
  }

  await printWhere(context, target);
  if (!isForPrograms(context)) for (const line of changeLines(existing, changes)) context.output.line(line);
  if (!yes && context.output.question !== undefined) await confirm(spec.name, context.output.question);
  const request = { ...requestTo('reconfigureCluster', { name: spec.name }), body: spec.body };
  return startAndFollow(context, target, request, options);
}

async function confirm(name: string, question: (text: string) => Promise<string>): Promise<void> {
  const typed = (await question(`Change cluster ${name} like this? [y/N] `)).trim().toLowerCase();
  if (typed !== 'y' && typed !== 'yes') throw usageError(`Nothing was changed. --yes does not ask.`);
}
