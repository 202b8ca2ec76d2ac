import { Command } from '@commander-js/extra-typings';
import { detailText, printEarlier, readAudit } from '../audit.ts';
import { exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { table } from '../table.ts';
import { oneLine, timeText } from '../words.ts';
import { type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep get audit NAME` */
export const auditVerb: Verb = (run) => {
  const verb = new Command('audit')
    .summary('who did what to a cluster')
    .description(
      'Lists who did what to the clusters of a name, deleted ones among them: runs, takeovers, certificates of operators, protection, and what deletions have left. Certificates that machines renew are listed with --action certificate-issued.',
    )
    .argument('<NAME>', 'the name of the cluster')
    .option('--action <ACTION>', 'only entries of this action, such as volumes-kept')
    .addHelpText('after', examples('kubestep get audit demo', 'kubestep get audit demo --action certificate-issued'))
    .action((name, { action }, command) => run(command, (context) => getAudit(context, name, action)));
  return withOutput(withTarget(verb), ['wide', 'name']);
};

async function getAudit(context: CommandContext, name: string, action: string | undefined) {
  const { entries, earlier } = await readAudit(await context.target(), name, action);
  table(context, {
    values: entries,
    none: `Nothing of that is on record for ${name}.`,
    nameOf: (entry) => `${entry.action}/${entry.id}`,
    columns: {
      TIME: ({ at }) => timeText(at),
      ACTION: ({ action: what }) => what,
      BY: ({ by }) => oneLine(by),
      DETAIL: detailText,
    },
    wide: { ID: ({ id }) => oneLine(id) },
  });
  printEarlier(context, earlier);
  return exitCodes.done;
}
