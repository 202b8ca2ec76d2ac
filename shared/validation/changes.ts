import { canonicalJson } from '../blueprint/planHash.ts';
import { foundText, type Path, pathText, type SpecProblem } from '../spec/problems.ts';
import type { ClusterSpec } from '../spec/schema.ts';

/** One field that differs between two specs of a cluster. */
export interface SpecChange {
  /** `spec.nodeGroups[workers].max`: groups are compared by name, not by position. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Why the field can never change while the cluster lives; absent where it can. */
  readonly immutable?: string;
  /** The command that changes it; absent where no workflow does yet. */
  readonly command?: string;
}

/** What is fixed when a cluster is made, and why. */
const immutable: readonly { readonly path: RegExp; readonly why: string }[] = [
  { path: /^metadata\.name$/, why: 'everything of the cluster is named by it' },
  { path: /^metadata\.environment$/, why: 'everything of the cluster is tagged by it' },
  { path: /^spec\.region$/, why: 'a cluster lives in one region' },
  { path: /^spec\.zones/, why: 'addresses, volumes and slots belong to their zone, by its position' },
  { path: /^spec\.network\.vpc/, why: 'machines cannot move to another VPC' },
  { path: /^spec\.network\.(podCIDR|serviceCIDR)$/, why: 'running pods and Services keep their addresses' },
  { path: /^spec\.network\.(plugin|calico)/, why: 'two pod networks cannot serve one cluster at a time' },
  { path: /^spec\.network\.natGateways$/, why: "each zone's route table would lose its way out meanwhile" },
  { path: /^spec\.api\.access$/, why: "a load balancer's scheme is fixed, and its name is in every kubeconfig" },
  { path: /^spec\.etcd\.(members|placement)$/, why: 'members would have to move between slots' },
  { path: /^spec\.etcd\.volume/, why: 'the volume of a slot outlives its machines' },
  { path: /^spec\.controlPlane\.count$/, why: 'slots are made with the cluster' },
  { path: /^spec\.secretsEncryption$/, why: 'Secrets that are stored would have to be written again' },
];

/** Why a field can never change while its cluster exists; undefined where it can. */
export const whyImmutable = (path: string): string | undefined => immutable.find((field) => field.path.test(path))?.why;

/** Every field that differs, in the order of the document. */
export function diffSpecs(before: ClusterSpec, after: ClusterSpec): readonly SpecChange[] {
  return differences([], before, after).map((difference) => {
    const path = groupPathText(difference.path);
    const why = whyImmutable(path);
    const command = commandFor(path, after);
    return { ...difference, path, ...(why && { immutable: why }), ...(command && { command }) };
  });
}

/** Until a workflow changes clusters that exist, one field is changed by a command. */
function commandFor(path: string, { metadata, spec }: ClusterSpec): string | undefined {
  if (path !== 'spec.deletionProtection') return undefined;
  return `kubestep protect ${metadata.name}${spec.deletionProtection ? '' : ' --off'}`;
}

/** The changes, a line each: what differs, and what can be done about it. */
export function describeChanges(changes: readonly SpecChange[]): readonly string[] {
  return changes.map((change) => {
    const { path, before, after } = change;
    return `${path}: ${foundText(before)} -> ${foundText(after)} (${howItChanges(change)})`;
  });
}

function howItChanges({ immutable: why, command }: SpecChange): string {
  if (why !== undefined) return `never: ${why}`;
  return command ?? 'no workflow of this kubestep changes it yet';
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
