import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { type Expected, expectedAfter, whereWords } from '../completion.ts';
import { readContexts } from '../contexts.ts';
import { exitCodes } from '../exitCodes.ts';
import { listClusters, listRuns } from '../runs.ts';
import type { Target } from '../target.ts';
import { type CommandContext, examples, type Run, type Verb } from './command.ts';

/** What each shell asks the command for: what may follow at the cursor, one word per line. */
const scripts = {
  // Bash breaks words at = and :, and compgen -W would expand what it is given.
  bash: `_kubestep() {
  local word before= current prefix words=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ \${#words[@]} -gt 0 && ( $word == [=:]* || $before == [=:] ) ]]; then
      words[\${#words[@]}-1]+=$word
    else
      words+=("$word")
    fi
    before=$word
  done
  current=\${words[\${#words[@]}-1]}
  prefix=$current
  unset "words[\${#words[@]}-1]"
  if [[ $current == --*=* ]]; then
    words+=("\${current%%=*}")
    prefix=\${current#*=}
  fi
  COMPREPLY=()
  while IFS= read -r word; do
    if [[ $word == "$prefix"* ]]; then COMPREPLY+=("$word"); fi
  done < <(kubestep completion words -- "\${words[@]}" 2>/dev/null)
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

/** Names as clusters, runs and contexts have them. A shell could execute others. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Lists what may follow, names among it. A target that does not answer offers none, without an error. */
async function listWords(run: Run, program: CommandUnknownOpts, words: readonly string[]): Promise<void> {
  const { words: known, names } = expectedAfter(program, words);
  await run(program, async ({ output }) => {
    for (const word of known) output.line(word);
    return exitCodes.done;
  });
  // The verb that lists clusters knows every option that says where.
  const lister = program.commands
    .find((verb) => verb.name() === 'get')
    ?.commands.find((verb) => verb.name() === 'clusters');
  if (names === undefined || lister === undefined) return;
  // Credentials, a connection or a world may wait for much longer, and keep the process alive.
  const patience = AbortSignal.timeout(patienceMilliseconds);
  const giveUp = () => process.exit(exitCodes.done);
  patience.addEventListener('abort', giveUp);
  try {
    lister.parseOptions([...whereWords(words)]);
    await run(lister, async (context) => {
      const found = await namesOf(context, names, words);
      for (const name of found.filter((one) => plainName.test(one))) context.output.line(name);
      return exitCodes.done;
    });
  } catch {
    // Who presses Tab has not asked for an error.
  } finally {
    patience.removeEventListener('abort', giveUp);
  }
}

async function namesOf(
  context: CommandContext,
  names: NonNullable<Expected['names']>,
  words: readonly string[],
): Promise<readonly string[]> {
  if (names === 'contexts') return Object.keys(readContexts(context.environment).contexts);
  const target = await answeringTarget(context);
  if (target === undefined) return [];
  if (names === 'clusters') return (await listClusters(target)).map(({ name }) => name);
  const cluster = words[words.indexOf('--cluster') + 1];
  return (await listRuns(target, words.includes('--cluster') ? cluster : undefined)).map(({ runId }) => runId);
}

/** Nobody opens a world by pressing Tab: only one that another process serves is asked. */
async function answeringTarget({ where, target }: CommandContext): Promise<Target | undefined> {
  if (where.kind === 'aws') return target();
  const { openServedWorld } = await import('../localTarget.ts');
  return openServedWorld(where.world);
}
