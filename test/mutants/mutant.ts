/** One small bug, planted in one file of the product. */
export interface Mutant {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** What kind of bug: `negated condition`. */
  readonly kind: string;
  readonly before: string;
  readonly after: string;
  /** The whole file with the bug in it. */
  readonly text: string;
}

/** What a mutator finds in one line: the line with the bug, or nothing to change. */
export type LineMutator = { readonly kind: string; readonly change: (line: string) => string | undefined };

/** Every bug that line mutators can plant in a text, outside of the lines that are left alone. */
export function lineMutants(
  file: string,
  text: string,
  mutators: readonly LineMutator[],
  isCode: (line: string) => boolean,
): Mutant[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    if (!isCode(line)) return [];
    return mutators.flatMap(({ kind, change }) => {
      const after = change(line);
      if (after === undefined || after === line) return [];
      const changed = [...lines.slice(0, index), ...(after === '' ? [] : [after]), ...lines.slice(index + 1)];
      return [{ file, line: index + 1, kind, before: line.trim(), after: after.trim(), text: changed.join('\n') }];
    });
  });
}

/** A line mutator that replaces the first match. */
export const replacing = (kind: string, pattern: RegExp, replacement: string): LineMutator => ({
  kind,
  change: (line) => (pattern.test(line) ? line.replace(pattern, replacement) : undefined),
});

/** A line mutator that takes the whole line out. */
export const dropping = (kind: string, pattern: RegExp): LineMutator => ({
  kind,
  change: (line) => (pattern.test(line) ? '' : undefined),
});
