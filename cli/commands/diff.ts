import { Command } from '@commander-js/extra-typings';
import { changeLines } from '../changeLines.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { planOf } from '../planOf.ts';
import { readSpecFile } from '../specFile.ts';
import { counted, shellWord } from '../words.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep diff -f FILE` */
export const diffVerb: Verb = (run) => {
  const verb = new Command('diff')
    .summary('compare a spec with the cluster that exists')
    .description(
      `Compares a spec with the cluster that exists under its name, field by field: what would change, by which command, and what can never change. Exits with ${exitCodes.done} where nothing differs, ${exitCodes.differs} where something does, and with more where it cannot be compared or the cluster can never become what the spec says. Touches nothing.`,
    )
    .usage('-f FILE [options]')
    .requiredOption('-f, --file <FILE>', 'the spec of the cluster; - reads it from standard input')
    .addHelpText(
      'after',
      examples('kubestep diff -f cluster.yaml', 'kubestep diff -f cluster.yaml -o json | jq .changes'),
    )
    .action(({ file }, command) => run(command, (context) => diff(context, file)));
  return withOutput(withTarget(verb));
};

async function diff(context: CommandContext, file: string): Promise<ExitCode> {
  const spec = readSpecFile(file);
  const planned = await planOf(await context.target(), spec);
  if (!('existing' in planned)) {
    const count = planned.resources.length;
    answer(context, { existing: null, changes: [] }, () => [
      `There is no cluster ${spec.name}; kubestep create -f ${shellWord(file)} would make it, ${counted(count, 'resource')}.`,
    ]);
    return exitCodes.differs;
  }
  const { existing, changes } = planned;
  answer(context, { existing, changes }, () => changeLines(existing, changes));
  return changes.length === 0 ? exitCodes.done : exitCodes.differs;
}
