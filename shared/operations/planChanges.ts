import type { ClusterSpec } from '../spec/schema.ts';
import type { DeploymentNames } from '../step/deployment.ts';
import type { ClusterRecord } from '../store/clusters.ts';
import { readPlan } from '../store/plans.ts';
import { describeChanges, diffSpecs, type SpecChange } from '../validation/changes.ts';
import { validateSpec } from '../validation/validateSpec.ts';
import { type SpecWarning, warningsOf } from '../validation/warnings.ts';
import { resolveFacts, specRefused } from './planCluster.ts';

/** What a dry run answers for a cluster that exists: what the spec would change in it. */
export interface PlannedChanges {
  readonly existing: Pick<ClusterRecord, 'name' | 'clusterId' | 'status' | 'createdAt'>;
  readonly changes: readonly SpecChange[];
  readonly warnings: readonly SpecWarning[];
}

/**
 * Holds a spec against the cluster that exists under its name, and against what the account offers. Refused where it is wrong, or
 * wants what that cluster can never take. Nothing is touched.
 */
export async function planChanges(
  spec: ClusterSpec,
  cluster: ClusterRecord,
  deployment: DeploymentNames,
): Promise<PlannedChanges> {
  const { existing, changes, facts } = await compared(spec, cluster, deployment);
  return { existing, changes, warnings: warningsOf(spec, facts) };
}

/** The same, with what was looked up for it. */
export async function compared(spec: ClusterSpec, cluster: ClusterRecord, deployment: DeploymentNames) {
  const facts = await resolveFacts(spec, cluster.clusterId, deployment);
  const problems = validateSpec(spec, facts, await specOf(cluster));
  const { existing, changes } = await changesOf(spec, cluster);
  if (problems.length > 0) throw specRefused(problems, whatChanges(cluster.name, changes));
  return { existing, changes, facts };
}

/** What differs between the cluster and a spec. */
export async function changesOf(
  spec: ClusterSpec,
  cluster: ClusterRecord,
): Promise<Pick<PlannedChanges, 'existing' | 'changes'>> {
  const { name, clusterId, status, createdAt } = cluster;
  return { existing: { name, clusterId, status, createdAt }, changes: diffSpecs(await specOf(cluster), spec) };
}

/** What a spec would change in the cluster that exists under its name, as text. */
export async function describeDifference(spec: ClusterSpec, cluster: ClusterRecord): Promise<readonly string[]> {
  return whatChanges(cluster.name, diffSpecs(await specOf(cluster), spec));
}

/** What the cluster was made of, with the protection that it has now. */
async function specOf({ planHash, deletionProtection }: ClusterRecord): Promise<ClusterSpec> {
  const { spec } = await readPlan(planHash);
  return { ...spec, spec: { ...spec.spec, deletionProtection } };
}

function whatChanges(name: string, changes: readonly SpecChange[]): readonly string[] {
  if (changes.length === 0) return [`The spec does not differ from that of ${name}.`];
  return [
    [`What the spec would change in ${name}:`, ...describeChanges(changes).map((line) => `  ${line}`)].join('\n'),
  ];
}
