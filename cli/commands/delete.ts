import { Command } from '@commander-js/extra-typings';
import type { PlannedDeletion } from '../../shared/operations/planDeletion.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import { deletionLines, lockedLine, protectedLine } from '../deletionLines.ts';
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
import { printWhere } from '../printWhere.ts';
import { accepted, ask } from '../target.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';
import { type RunOptions, startAndFollow } from './operation.ts';

/** `kubestep delete NAME [--delete-volumes]` */
export const deleteVerb: Verb = (run) => {
  const verb = new Command('delete')
    .summary('delete a cluster')
    .description(
      'Deletes a cluster with everything that belongs to it and shows the run until it ends. Volumes of Retain claims are kept, and so are volumes that no master could say anything about.',
    )
    .argument('<NAME>', 'the name of the cluster')
    .option('--delete-volumes', 'delete the volumes that no master could say anything about, too')
    .addOption(dryRunOption('only say what would be deleted and what would be kept'))
    .addOption(takeOverOption())
    .addOption(noWaitOption())
    .addOption(timeoutOption())
    .addOption(requestIdOption())
    .option('-y, --yes', 'do not ask; without a terminal nobody is asked')
    .addHelpText(
      'after',
      examples('kubestep delete demo --dry-run', 'kubestep delete demo', 'kubestep delete demo --delete-volumes'),
    )
    .action((name, options, command) => run(command, (context) => deleteCluster(context, name, options)));
  return withOutput(withTarget(verb));
};

interface Wanted extends RunOptions {
  readonly deleteVolumes?: boolean | undefined;
  readonly yes?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

async function deleteCluster(
  context: CommandContext,
  name: string,
  { deleteVolumes = false, yes = false, dryRun = false, ...options }: Wanted,
): Promise<ExitCode> {
  const target = await context.target();
  const asked = requestTo('planDeletion', { name });
  if (dryRun) {
    const planned = await ask<PlannedDeletion>(target, asked);
    answer(context, planned, () => [...deletionLines(planned, deleteVolumes), '', 'Nothing was touched.']);
    return exitCodes.done;
  }
  await printWhere(context, target);
  if (!yes && context.output.question !== undefined) {
    const answered = await target.request(asked);
    // The right to delete need not include the right to look; then the name alone has to do.
    if (answered.status !== 403) {
      const planned = accepted<PlannedDeletion>(target, asked, answered);
      refuseWhatIsRefused(planned, options);
      for (const line of deletionLines(planned, deleteVolumes)) context.output.line(line);
    }
    await confirm(name, context.output.question);
  }
  const query = deleteVolumes ? { query: { deleteVolumes: 'true' } } : {};
  return startAndFollow(context, target, { ...requestTo('deleteCluster', { name }), ...query }, options);
}

/** Asks nobody for the name of a cluster that cannot be deleted now. A repeated request may be the one that holds the lock. */
function refuseWhatIsRefused(planned: PlannedDeletion, { takeOver, requestId }: RunOptions): void {
  const isProtected = protectedLine(planned);
  if (isProtected !== undefined) throw usageError(isProtected);
  const locked = lockedLine(planned);
  if (locked !== undefined && !takeOver && requestId === undefined)
    throw new CommandFailure(exitCodes.locked, `${locked} Nothing was deleted.`);
}

/** What is deleted does not come back: a person types its name. */
async function confirm(name: string, question: (text: string) => Promise<string>): Promise<void> {
  const typed = await question(`This deletes cluster ${name} and everything in it. Type its name to confirm: `);
  if (typed.trim() !== name)
    throw usageError(`"${typed.trim()}" is not ${name}; nothing was deleted. --yes does not ask.`);
}
