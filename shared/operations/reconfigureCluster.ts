import * as z from 'zod';
import { buildBlueprint } from '../blueprint/buildBlueprint.ts';
import { pinnedFacts } from '../blueprint/pinned.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { type ClusterRecord, readCluster } from '../store/clusters.ts';
import { readPlan, storePlan } from '../store/plans.ts';
import { notYetProblems } from '../validation/changes.ts';
import { bodyOf, clusterNameIn, queryOf } from './httpEvent.ts';
import { type Operation, ofEveryRequest } from './operation.ts';
import { changesOf, compared, type PlannedChanges } from './planChanges.ts';
import { specRefused } from './planCluster.ts';
import { ofSpecRequests, specOfRequest } from './specRequest.ts';

const request = z
  .strictObject({ ...ofSpecRequests, ...ofEveryRequest })
  .transform(({ spec, cluster, ...rest }) => ({ ...rest, spec: specOfRequest(spec, cluster) }));

/** What is answered where the spec changes nothing: no run. */
export type NothingToChange = Pick<PlannedChanges, 'existing' | 'changes'>;

/** Brings a cluster that exists to a changed spec. */
export const reconfigureCluster: Operation<z.output<typeof request>> = {
  request,
  example: '{"operation":"reconfigureCluster","spec":{…}}',
  routes: {
    reconfigureCluster: (http) => ({
      cluster: clusterNameIn(http),
      spec: bodyOf(http),
      ...queryOf(http, 'reconfigureCluster'),
    }),
  },
  clusterNameOf({ spec }) {
    return spec.metadata.name;
  },
  async answer({ spec }, earlier): Promise<NothingToChange | undefined> {
    if (earlier) return undefined;
    const cluster = await readCluster(spec.metadata.name);
    // A run that was given up may have left machines on the way to its plan.
    if (cluster === undefined || cluster.targetPlanHash !== undefined) return undefined;
    const { existing, changes } = await changesOf(spec, cluster);
    return changes.length === 0 ? { existing, changes } : undefined;
  },
  async subjectOf({ spec }, earlier, deployment) {
    if (earlier) return earlier;
    const cluster = await requireReconfigurable(spec);
    const { facts, changes } = await compared(spec, cluster, deployment);
    const problems = notYetProblems(changes);
    if (problems.length > 0) throw specRefused(problems);

    const base = await readPlan(cluster.planHash);
    const plan = {
      spec,
      generation: base.generation + 1,
      facts: pinnedFacts(facts, base),
      blueprint: buildBlueprint(spec, facts, base),
    };
    return { clusterId: cluster.clusterId, planHash: await storePlan(plan), generation: plan.generation };
  },
};

async function requireReconfigurable({ metadata: { name } }: ClusterSpec): Promise<ClusterRecord> {
  const cluster = await readCluster(name);
  if (!cluster)
    throw new NotFound(`There is no cluster ${name} in this deployment. Create it: kubestep create -f FILE`);
  if (cluster.status === 'creating' || cluster.status === 'deleting')
    throw new InvalidRequest(
      `metadata.name: cluster ${name} is ${cluster.status}; only a cluster that was created can be reconfigured. See its runs: kubestep get runs ${name}`,
    );
  return cluster;
}
