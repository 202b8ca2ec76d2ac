import type * as z from 'zod';
import { newestVersion } from '../releases/releases.ts';
import { maxProblems, type Path } from './problems.ts';
import { type ClusterSpec, clusterSpec } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** Replaces a required field that is missing or wrong, by the field's name. Problems that follow from it are not reported (`concernsTheRest`). */
const standIns: Readonly<Record<string, unknown>> = {
  apiVersion: 'kubestep/v1',
  kind: 'Cluster',
  metadata: { name: 'cluster' },
  spec: {},
  name: 'cluster',
  region: 'us-east-1',
  zones: ['us-east-1a'],
  kubernetesVersion: newestVersion,
  nodeGroups: [{ name: 'group', instanceTypes: ['m7g.large'], max: 0 }],
  instanceTypes: ['m7g.large'],
  max: 0,
  key: 'key',
  effect: 'NoSchedule',
};

/** Fields within fields within fields: each round can bring the next missing one to light. */
const MAXIMUM_ROUNDS = 6;

/**
 * The document without what is wrong with its shape, so that the rest of it can be judged in the same round: bad fields are
 * removed (their defaults apply) or replaced by a stand-in. Undefined where too little
 * is left, or too much is wrong for every problem to be reported.
 */
export function restOf(document: unknown, issues: readonly Issue[]): ClusterSpec | undefined {
  let rest: unknown;
  try {
    rest = structuredClone(document);
  } catch {
    return undefined;
  }
  let found = issues;
  for (let round = 0; round < MAXIMUM_ROUNDS; round += 1) {
    const paths = found.flatMap(pathsOf).sort(lastFirst);
    if (paths.length >= maxProblems) return undefined;
    if (paths.some((path) => path.length === 0)) return undefined;
    for (const path of paths) rest = without(rest, path);
    const parsed = clusterSpec.safeParse(rest);
    if (parsed.success) return parsed.data;
    found = parsed.error.issues;
  }
  return undefined;
}

function pathsOf(issue: Issue): Path[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** Later elements of a list first: removing one moves those behind it. */
function lastFirst(one: Path, other: Path): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  const [left, right] = [one[at], other[at]];
  return typeof left === 'number' && typeof right === 'number' ? right - left : other.length - one.length;
}

function without(value: unknown, [part = '', ...deeper]: Path): unknown {
  if (Array.isArray(value)) {
    return deeper.length === 0
      ? value.filter((_, position) => position !== part)
      : value.map((entry, position) => (position === part ? without(entry, deeper) : entry));
  }
  const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const { [part]: inner, ...others } = fields;
  if (deeper.length > 0) return { ...others, [part]: without(inner, deeper) };
  return Object.hasOwn(standIns, part) ? { ...others, [part]: standIns[part] } : others;
}

/** Where a broken field leaves a stand-in or a default, other fields cannot be judged beside it. */
const judgedTogether: readonly (readonly [broken: RegExp, unjudged: RegExp])[] = [
  [/^spec$|^spec\.zones/, /zones|network\.vpc\.cidr/],
  [/^spec$|nodeGroups(\[\d+\])?(\.max)?$/, /network|nodeGroups$|\.(min|desired|onDemandBase)$/],
  [/^spec\.(etcd|controlPlane)/, /^spec\.(etcd|controlPlane)/],
  [/^spec\.network\.(vpc|podCIDR|serviceCIDR)/, /^spec\.network\.(vpc|podCIDR|serviceCIDR)/],
  [/^spec\.network\.(plugin|calico)/, /^spec\.network\.(plugin|calico)/],
];

/** Whether a problem of the rest is about what the document says, and not about its substitute. */
export function concernsTheRest(path: string, broken: readonly string[]): boolean {
  return !broken.some(
    (other) =>
      path.startsWith(other) ||
      other.startsWith(path) ||
      judgedTogether.some(([one, unjudged]) => one.test(other) && unjudged.test(path)),
  );
}
