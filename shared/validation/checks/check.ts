import type { Facts } from '../../facts/facts.ts';
import { foundText, type Path, pathText, type SpecProblem } from '../../spec/problems.ts';
import type { ClusterSpec } from '../../spec/schema.ts';

/** What can be wrong with a spec whose shape is right. Without facts of an account, what needs one is left unjudged. */
export type Check = (document: ClusterSpec, facts: Facts | undefined) => readonly SpecProblem[];

/** A problem at a place of the spec. */
export function problemAt(path: Path, found: unknown, allowed: string, remedy: string): SpecProblem {
  return { path: pathText(['spec', ...path]), found: foundText(found), allowed, remedy };
}

/** The values that occur more than once. */
export function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** `a, b and c` */
export function listed(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
}
