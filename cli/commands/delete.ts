import { Command } from '@commander-js/extra-typings';
import type { ExitCode } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { tellWhere } from '../tellWhere.ts';
import { type CommandContext, examples, type Verb } from './command.ts';
import { followToEnd, startRun } from './operation.ts';

/** `kubestep delete NAME [--delete-volumes]` */
export const deleteVerb: Verb = (run) => {
  const verb = new Command('delete')
    .summary('delete a cluster')
    .description(
      'Deletes a cluster with everything that belongs to it and shows the run until it ends. Volumes of Retain claims are kept, and so are volumes that no master could say anything about.',
    )
    .argument('<NAME>', 'the name of the cluster')
    .option('--delete-volumes', 'delete the volumes that no master could say anything about, too')
    .option('--take-over', 'take the lock over from a run that has ended without giving it back')
    .addHelpText('after', examples('kubestep delete demo', 'kubestep delete demo --delete-volumes'))
    .action((name, options, command) => run(command, (context) => deleteCluster(context, name, options)));
  return withOutput(withTarget(verb));
};

interface Wanted {
  readonly deleteVolumes?: boolean | undefined;
  readonly takeOver?: boolean | undefined;
}

async function deleteCluster(
  context: CommandContext,
  name: string,
  { deleteVolumes = false, takeOver = false }: Wanted,
): Promise<ExitCode> {
  const target = await context.target();
  await tellWhere(context, target);
  const path = `/clusters/${encodeURIComponent(name)}`;
  const query = deleteVolumes ? { query: { deleteVolumes: 'true' } } : {};
  const run = await startRun(context, target, { method: 'DELETE', path, ...query }, takeOver);
  return followToEnd(context, target, run);
}
