import { dropping, type LineMutator, lineMutants, type Mutant, replacing } from './mutant.ts';

/** A unit's directive, a component's flag, a setting: one a line. */
const fileMutators: readonly LineMutator[] = [
  dropping('flag left out', /^\s*--[a-z][a-z-]+=/),
  dropping('directive left out', /^[A-Z][A-Za-z]+=/),
  dropping('setting left out', /^\s*[a-z][A-Za-z]+: \S+$/),
  replacing('true for false', /(=|: )false\b/, '$1true'),
  replacing('false for true', /(=|: )true\b/, '$1false'),
];

const scriptMutators: readonly LineMutator[] = [
  dropping(
    'command left out',
    /^\s+(mkdir|chmod|chown|systemctl|mount|rm|mv|cluster|report|within|e2fsck|resize2fs)\b[^|&]*$/,
  ),
  replacing('negation left out', /\bif ! /, 'if '),
  replacing('negation put in', /\bif (?!!|\(\()/, 'if ! '),
  replacing('and for or', / \|\| /, ' && '),
  replacing('or for and', / && /, ' || '),
];

const isCode = (line: string): boolean => !/^\s*(#|\/\/|\/?\*|import |export )/.test(line) && line.trim() !== '';

/** Bugs in what machines run: units, configurations and the node script. */
export const machineFileMutants = (file: string, text: string): Mutant[] =>
  lineMutants(file, text, file.includes('/script/') ? scriptMutators : fileMutators, isCode);
