import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** What may follow at the cursor. */
export interface Expected {
  /** Words that are known without asking anybody. */
  readonly words: readonly string[];
  /** Names that somebody has to be asked for; the shell completes files where nothing is offered. */
  readonly names?: 'clusters' | 'runs' | 'contexts';
}

/** What may follow these words: verbs, the values of an option, or names and options of a verb. */
export function expectedAfter(verb: CommandUnknownOpts, words: readonly string[]): Expected {
  const [word, ...rest] = words;
  const nested = verb.commands.find((one) => one.name() === word || one.aliases().includes(word ?? ''));
  if (nested !== undefined) return expectedAfter(nested, rest);

  const last = words.at(-1);
  const option = verb.options.find(
    (one) => last !== undefined && one.required && (one.long === last || one.short === last),
  );
  if (option !== undefined) return valuesOf(option.long ?? '', option.argChoices ?? []);

  const verbs = verb.commands.map((one) => one.name());
  const options = [...verb.options.flatMap(({ long }) => long ?? []), '--help'];
  const argument = verb.registeredArguments[positionals(verb, words)];
  const names = argument === undefined ? undefined : namesFor(verb, argument.name());
  return { words: [...verbs, ...(argument?.argChoices ?? []), ...options], ...(names !== undefined && { names }) };
}

function valuesOf(option: string, choices: readonly string[]): Expected {
  if (option === '--cluster') return { words: choices, names: 'clusters' };
  return option === '--context' ? { words: choices, names: 'contexts' } : { words: choices };
}

/** How many of the words are arguments: neither options nor their values. */
function positionals(verb: CommandUnknownOpts, words: readonly string[]): number {
  const takesValue = (word = '') =>
    verb.options.some(({ required, long, short }) => required && [long, short].includes(word));
  return words.filter((word, index) => !word.startsWith('-') && !takesValue(words[index - 1])).length;
}

function namesFor(verb: CommandUnknownOpts, argument: string): Expected['names'] {
  if (argument === 'RUN' || (argument === 'ID' && verb.name() === 'run')) return 'runs';
  if (argument !== 'NAME') return undefined;
  return verb.parent?.name() === 'context' ? 'contexts' : 'clusters';
}

/** Options of the words before the cursor that say where a command works. */
export function whereWords(words: readonly string[]): readonly string[] {
  return words.flatMap((word, index) => {
    if (/^--(target|endpoint|context|world)=/.test(word)) return [word];
    const value = words[index + 1];
    return /^--(target|endpoint|context|world)$/.test(word) && value !== undefined ? [word, value] : [];
  });
}
