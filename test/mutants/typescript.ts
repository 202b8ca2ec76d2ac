import { dropping, type LineMutator, lineMutants, type Mutant, replacing } from './mutant.ts';

const mutators: readonly LineMutator[] = [
  replacing('negated condition', /\bif \((.+)\) (return|throw|continue|\{)/, 'if (!($1)) $2'),
  replacing('equal for unequal', / === /, ' !== '),
  replacing('unequal for equal', / !== /, ' === '),
  replacing('or for and', / && /, ' || '),
  replacing('and for or', / \|\| /, ' && '),
  replacing('bound moved', / >= /, ' > '),
  replacing('bound moved', / < /, ' <= '),
  replacing('true for false', /: false\b/, ': true'),
  replacing('false for true', /: true\b/, ': false'),
  { kind: 'number plus one', change: numberPlusOne },
  dropping('call left out', /^\s*await [^=]+;$/),
  dropping('check left out', /^\s*if \(.+\) throw .+;$/),
  dropping('check left out', /^\s*if \(.+\) return\b.*;$/),
  dropping('field left out', /^\s{4,}[A-Z]\w*: [^{}[\]()=>]+,$/),
  replacing('filter left out', /\.filter\(\([^()]*\) => [^()]*\)/, ''),
];

/** `const days = 7;` → 8 */
function numberPlusOne(line: string): string | undefined {
  const found = /^(.*(?:const \w+ = |: ))(\d[\d_]*)(;|,|\b.*)$/.exec(line);
  if (!found) return undefined;
  const [, start = '', digits = '0', rest = ''] = found;
  return `${start}${Number(digits.replaceAll('_', '')) + 1}${rest}`;
}

/** Comments, imports and types run nothing. */
const isCode = (line: string): boolean =>
  !/^\s*(\/\/|\/?\*|import |export type |export interface |type |interface |readonly )/.test(line) &&
  line.trim() !== '';

/** Bugs in TypeScript. The text of files for machines, which some sources hold, has mutators of its own. */
export const typescriptMutants = (file: string, text: string): Mutant[] => lineMutants(file, text, mutators, isCode);
