/** One thing wrong with a spec, so that its author can fix it without asking. */
export interface SpecProblem {
  /** `spec.network.podCIDR`, `spec.nodeGroups[0].max`, or `line 3` where the text is no YAML. */
  readonly path: string;
  /** The value there, escaped and shortened. */
  readonly found: string;
  readonly allowed: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Where in a document: field names and array positions. */
export type Path = readonly (string | number)[];

const MAXIMUM_FOUND = 80;

/** Nobody reads more at once, and a document of thousands of wrong fields must not keep a function busy. */
export const maxProblems = 50;

/** `spec.nodeGroups[0].labels.example.com/team` */
export function pathText(path: Path): string {
  if (path.length === 0) return 'the document';
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${printable(part)}`))
    .join('');
}

/** A value as it may be shown on a terminal and kept in a history: one line, bounded, nothing that steers. */
export function foundText(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = printable(jsonText(value));
  return text.length > MAXIMUM_FOUND ? `${text.slice(0, MAXIMUM_FOUND - 1)}…` : text;
}

function jsonText(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    return 'a value that contains itself';
  }
}

/** The problems, a paragraph each: where, what is there, what may be there, what to do. */
export function describeProblems(problems: readonly SpecProblem[]): string {
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  const first = problems.length < maxProblems ? count : `The first ${maxProblems} problems`;
  const paragraphs = problems
    .slice(0, maxProblems)
    .map(
      ({ path, found, allowed, remedy }) => `${path}\n  found    ${found}\n  allowed  ${allowed}\n  remedy   ${remedy}`,
    );
  return [`${first} in the spec; nothing was touched.`, ...paragraphs].join('\n\n');
}

const printable = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
