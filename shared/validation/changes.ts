import { canonicalJson } from '../blueprint/planHash.ts';
import { foundText, type Path, pathText, type SpecProblem } from '../spec/problems.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { type Effect, effectOf, effectText, isCarriedOut, whyImmutable } from './effects.ts';

/** One field that differs between two specs of a cluster. */
export interface SpecChange {
  /** `spec.nodeGroups[workers].max`: groups are compared by name, not by position. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** What the change does to the cluster. */
  readonly effect: Effect;
  /** The same for people, with roughly how long it takes. */
  readonly text: string;
  /** Why the field can never change while the cluster lives; absent where it can. */
  readonly immutable?: string;
  /** Why no workflow of this version makes the change; absent where one does. */
  readonly notYet?: string;
}

/** Every field that differs, in the order of the document. */
export function diffSpecs(before: ClusterSpec, after: ClusterSpec): readonly SpecChange[] {
  return differences([], before, after).map((difference) => {
    const path = groupPathText(difference.path);
    const effect = effectOf(path);
    const why = whyImmutable(path);
    const notYet = why === undefined ? whyNotYet(difference, effect) : undefined;
    const text = notYet ?? effectText(effect);
    return { ...difference, path, effect, text, ...(why && { immutable: why }), ...(notYet && { notYet }) };
  });
}

/** Add-ons that only bring objects into the cluster; the others have rights in AWS and flags of components, too. */
const ofManifestsAlone: ReadonlySet<string> = new Set(['coredns', 'metrics-server']);

function whyNotYet({ path, before, after }: Difference, effect: Effect): string | undefined {
  if (!isCarriedOut(effect)) return effectText(effect);
  if (path.join('.') === 'spec.deletionProtection' && after === false)
    return 'lifting it takes a right of its own: kubestep protect NAME --off';
  if (effect.kind !== 'addons') return undefined;
  const [had, wanted] = [before, after].map((list) => new Set(Array.isArray(list) ? list.map(String) : []));
  const removed = [...(had ?? [])].filter((name) => !wanted?.has(name));
  if (removed.length > 0) return `not yet: ${removed.join(', ')} would have to be taken out of the cluster`;
  const rights = [...(wanted ?? [])].filter((name) => !had?.has(name) && !ofManifestsAlone.has(name));
  return rights.length > 0
    ? `not yet: ${rights.join(', ')} needs rights and flags that machines get at their launch`
    : undefined;
}

/** The changes, a line each: what differs, and what that does. */
export function describeChanges(changes: readonly SpecChange[]): readonly string[] {
  return changes.map(
    ({ path, before, after, text }) => `${path}: ${foundText(before)} -> ${foundText(after)} (${text})`,
  );
}

/** The changes that no workflow of this version makes, as problems. */
export function notYetProblems(changes: readonly SpecChange[]): readonly SpecProblem[] {
  return changes.flatMap(({ path, before, after, notYet }) =>
    notYet === undefined
      ? []
      : [
          {
            path,
            found: foundText(after),
            allowed: `${foundText(before)}, as the cluster is: ${notYet}`,
            remedy: 'Set it back and reconfigure the rest, or make a second cluster.',
          },
        ],
  );
}

/** The changes that a living cluster cannot take, as problems. */
export function immutableProblems(before: ClusterSpec, after: ClusterSpec): readonly SpecProblem[] {
  return diffSpecs(before, after).flatMap((change) =>
    change.immutable === undefined
      ? []
      : [
          {
            path: change.path,
            found: foundText(change.after),
            allowed: `${foundText(change.before)}, as the cluster was made: ${change.immutable}`,
            remedy: 'Set it back, or make a second cluster and move the work there.',
          },
        ],
  );
}

interface Difference {
  readonly path: Path;
  readonly before: unknown;
  readonly after: unknown;
}

function differences(path: Path, before: unknown, after: unknown): readonly Difference[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  const [left, right] = [fieldsOf(path, before), fieldsOf(path, after)];
  if (left === undefined || right === undefined) return [{ path, before, after }];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return keys.flatMap((key) => differences([...path, key], left[key], right[key]));
}

/** Objects by field, node groups by name; other lists are compared as a whole. */
function fieldsOf(path: Path, value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (path.length === 2 && path[1] === 'nodeGroups' && Array.isArray(value)) {
    return Object.fromEntries(value.map((group: { readonly name: string }) => [group.name, group]));
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function groupPathText(path: Path): string {
  const [root, field, group, ...rest] = path;
  if (root !== 'spec' || field !== 'nodeGroups' || group === undefined) return pathText(path);
  return `spec.nodeGroups[${group}]${rest.length === 0 ? '' : `.${pathText(rest)}`}`;
}
