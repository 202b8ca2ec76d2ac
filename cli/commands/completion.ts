import { existsSync } from 'node:fs';
import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { type Expected, expectedAfter, whereWords } from '../completion.ts';
import { readContexts } from '../contexts.ts';
import { exitCodes } from '../exitCodes.ts';
import { listClusters, listRuns } from '../runs.ts';
import type { Target } from '../target.ts';
import { type CommandContext, examples, type Run, type Verb } from './command.ts';

/** What each shell asks the command for: what may follow at the cursor, one word per line. */
const scripts = {
  bash: `_kubestep() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(kubestep completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _kubestep kubestep`,
  zsh: `#compdef kubestep
_kubestep() {
  compadd -- \${(f)"$(kubestep completion words -- \${words[2,CURRENT-1]} 2>/dev/null)"} || _files
}
compdef _kubestep kubestep`,
  fish: `complete -c kubestep -a '(kubestep completion words -- (commandline -opc)[2..-1] 2>/dev/null)'`,
} as const;

/** `kubestep completion bash|zsh|fish` */
export const completionVerb: Verb = (run) =>
  new Command('completion')
    .summary('complete verbs, options and names in a shell')
    .description(
      'Prints the script with which a shell completes verbs, options, names of clusters, runs and contexts, and files; words lists what may follow words. Names are asked for where the command line says, for two seconds at most.',
    )
    .usage('bash|zsh|fish')
    .addArgument(new Argument('<SHELL>', 'the shell').choices(['bash', 'zsh', 'fish', 'words'] as const))
    .argument('[WORDS...]', 'the words before the cursor')
    .addHelpText('after', examples('kubestep completion bash >> ~/.bashrc', 'kubestep completion fish | source'))
    .action((shell, words, _, command) => {
      const program = command.parent ?? command;
      if (shell === 'words') return listWords(run, program, words);
      return run(command, async ({ output }) => {
        output.line(scripts[shell]);
        return exitCodes.done;
      });
    });

/** A person who has pressed Tab waits for no more. */
const patienceMilliseconds = 2_000;

/** Lists what may follow, names among it. A target that does not answer offers none, without an error. */
async function listWords(run: Run, program: CommandUnknownOpts, words: readonly string[]): Promise<void> {
  const { words: known, names } = expectedAfter(program, words);
  // The verb that lists clusters knows every option that says where.
  const lister = program.commands
    .find((verb) => verb.name() === 'get')
    ?.commands.find((verb) => verb.name() === 'clusters');
  lister?.parseOptions([...whereWords(words)]);
  await run(program, async ({ output }) => {
    for (const word of known) output.line(word);
    return exitCodes.done;
  });
  if (names === undefined || lister === undefined) return;
  const answers = run(lister, async (context) => {
    for (const name of await namesOf(context, names, words)) context.output.line(name);
    return exitCodes.done;
  });
  await answers.catch(() => {});
}

async function namesOf(
  context: CommandContext,
  names: NonNullable<Expected['names']>,
  words: readonly string[],
): Promise<readonly string[]> {
  if (names === 'contexts') return Object.keys(readContexts(context.environment).contexts);
  // Nobody makes a world by pressing Tab.
  if (context.where.kind === 'local' && !existsSync(context.where.world)) return [];
  const target = hurried(await context.target());
  if (names === 'clusters') return (await listClusters(target)).map(({ name }) => name);
  const cluster = words[words.indexOf('--cluster') + 1];
  return (await listRuns(target, words.includes('--cluster') ? cluster : undefined)).map(({ runId }) => runId);
}

/** The same target, asked by somebody who does not wait. */
function hurried(target: Target): Target {
  return { ...target, request: (request) => target.request({ ...request, timeoutMilliseconds: patienceMilliseconds }) };
}
