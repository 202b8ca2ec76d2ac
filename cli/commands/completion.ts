import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { exitCodes } from '../exitCodes.ts';
import { examples, type Verb } from './command.ts';

/** What each shell asks the command for: what may stand where the cursor is, a word a line. */
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
    .summary('complete verbs and options in a shell')
    .description('Prints the script with which a shell completes verbs and options; words lists what may follow words.')
    .usage('bash|zsh|fish')
    .addArgument(new Argument('<SHELL>', 'the shell').choices(['bash', 'zsh', 'fish', 'words'] as const))
    .argument('[WORDS...]', 'the words before the cursor')
    .addHelpText('after', examples('kubestep completion bash >> ~/.bashrc', 'kubestep completion fish | source'))
    .action((shell, words, _, command) =>
      run(command, async ({ output }) => {
        if (shell !== 'words') output.line(scripts[shell]);
        else for (const word of following(command.parent ?? command, words)) output.line(word);
        return exitCodes.done;
      }),
    );

/** The verbs and options that may follow these words. */
function following(verb: CommandUnknownOpts, [word, ...rest]: readonly string[]): readonly string[] {
  const nested = verb.commands.find((one) => one.name() === word || one.aliases().includes(word ?? ''));
  if (nested !== undefined) return following(nested, rest);
  return [...verb.commands.map((one) => one.name()), ...verb.options.flatMap(({ long }) => long ?? []), '--help'];
}
