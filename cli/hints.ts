import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Output } from './output.ts';
import { shellWord } from './words.ts';

/** Verbs that work in a place, as texts name them; what has said where already is left as it is. */
const hint =
  /\bkubestep (create|reconfigure|delete|resume|stop|watch|protect|plan|validate|diff|doctor|serve|(?:get|describe|export) [a-z]+)\b(?!.*--(?:world|context|endpoint)\b)/g;

/** What the person said about the place where the command works: ` --context prod`; empty where nothing was said. */
export function placeOf(verb: CommandUnknownOpts): string {
  const options = verb.opts() as Readonly<Record<string, unknown>>;
  return ['target', 'context', 'endpoint', 'world']
    .filter((name) => verb.getOptionValueSource(name) === 'cli')
    .map((name) => ` --${name} ${shellWord(String(options[name]))}`)
    .join('');
}

/** An output whose next commands, the API's own among them, work in the place that the person named for this one. */
export function withPlace(output: Output, place: string): Output {
  if (place === '') return output;
  const placed = (text: string) => text.replace(hint, (command) => `${command}${place}`);
  return Object.assign(Object.create(output) as Output, {
    line: (text = '') => output.line(placed(text)),
    error: (text: string) => output.error(placed(text)),
  });
}
