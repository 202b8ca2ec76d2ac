import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { exitCodes, usageError } from '../exitCodes.ts';
import { examples, type Verb } from './command.ts';

/** `kubestep help VERB` */
export const helpVerb: Verb = (run) =>
  new Command('help')
    .summary('show what a verb takes')
    .description('Shows what a verb takes; without VERB lists the verbs.')
    .argument('[VERB...]', 'the verb')
    .addHelpText('after', examples('kubestep help create', 'kubestep help get kubeconfig'))
    .action((words, _, command) =>
      run(command, async () => {
        named(programOf(command), words).outputHelp();
        return exitCodes.done;
      }),
    );

const programOf = (verb: CommandUnknownOpts): CommandUnknownOpts =>
  verb.parent === null ? verb : programOf(verb.parent);

function named(verb: CommandUnknownOpts, [word, ...rest]: readonly string[]): CommandUnknownOpts {
  if (word === undefined) return verb;
  const found = verb.commands.find((one) => one.name() === word || one.aliases().includes(word));
  if (found !== undefined) return named(found, rest);
  const known = verb.commands.map((one) => one.name()).join(', ');
  throw usageError(`There is no "${word}" in ${verb.name()}${known === '' ? '' : `, which has ${known}`}.`);
}
