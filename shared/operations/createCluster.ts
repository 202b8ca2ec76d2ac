import * as z from 'zod';
import type { Plan } from '../blueprint/plan.ts';
import { InvalidRequest } from '../errors.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { DeploymentNames } from '../step/deployment.ts';
import { readCluster, writeGeneration } from '../store/clusters.ts';
import { readLock } from '../store/lock.ts';
import { readPlan, storePlan } from '../store/plans.ts';
import type { SpecWarning } from '../validation/warnings.ts';
import { bodyOf, clusterNameIn, queryOf } from './httpEvent.ts';
import { progressOf, resumeCommand } from './lockProgress.ts';
import { type Operation, ofEveryRequest } from './operation.ts';
import { describeDifference, type PlannedChanges, planChanges } from './planChanges.ts';
import { planCluster } from './planCluster.ts';
import { planWarnings } from './planWarnings.ts';
import { type PricedPlan, pricedPlan } from './pricedPlan.ts';
import { newClusterId } from './runIds.ts';
import { ofSpecRequests, specOfRequest } from './specRequest.ts';

/** What a dry run answers: what would be made, and what is worth a second look. */
export interface PlannedCluster extends PricedPlan {
  readonly warnings: readonly SpecWarning[];
}

const request = z
  .strictObject({
    ...ofSpecRequests,
    /** Answer with the plan and touch nothing. */
    dryRun: z.boolean().default(false),
    ...ofEveryRequest,
  })
  .transform(({ spec, cluster, ...rest }) => ({ ...rest, spec: specOfRequest(spec, cluster) }));

/** Creates the cluster of a spec. */
export const createCluster: Operation<z.output<typeof request>> = {
  request,
  example: '{"operation":"createCluster","spec":{…}}',
  routes: {
    createCluster: (http) => ({
      cluster: clusterNameIn(http),
      spec: bodyOf(http),
      ...queryOf(http, 'createCluster'),
    }),
    planCluster: (http) => ({
      cluster: clusterNameIn(http),
      spec: bodyOf(http),
      dryRun: true,
      ...queryOf(http, 'planCluster'),
    }),
  },
  clusterNameOf({ spec }) {
    return spec.metadata.name;
  },
  async answer({ spec, dryRun }, _earlier, deployment) {
    return dryRun ? planned(spec, deployment) : undefined;
  },
  async subjectOf({ spec }, earlier, deployment) {
    await refuseNameInUse(spec, earlier?.clusterId);
    if (earlier) return earlier;

    const plan = await planCreation(spec, deployment);
    return { clusterId: plan.facts.clusterId, planHash: await storePlan(plan), generation: plan.generation };
  },
  async recorded(run) {
    const { spec } = await readPlan(run.planHash);
    await writeGeneration(run.clusterName, { ...run, spec });
  },
};

async function planned(spec: ClusterSpec, deployment: DeploymentNames): Promise<PlannedCluster | PlannedChanges> {
  const existing = await readCluster(spec.metadata.name);
  if (existing) return planChanges(spec, existing, deployment);
  const plan = await planCreation(spec, deployment);
  return { ...pricedPlan(plan), warnings: planWarnings(plan) };
}

async function planCreation(spec: ClusterSpec, deployment: DeploymentNames): Promise<Plan> {
  return planCluster(spec, newClusterId(spec.metadata.name), deployment);
}

/** A name in use is refused whatever else the request carries: only the run that created the cluster continues. */
async function refuseNameInUse(spec: ClusterSpec, clusterId: string | undefined): Promise<void> {
  const { name } = spec.metadata;
  const existing = await readCluster(name);
  if (!existing || existing.clusterId === clusterId) return;
  throw new InvalidRequest(
    [
      `metadata.name: a cluster ${name} (${existing.clusterId}, ${existing.status}) has existed since ${existing.createdAt}. ` +
        `Choose another name, or delete it first.${await howItGoesOn(name)}`,
      ...(await describeDifference(spec, existing)),
    ].join('\n\n'),
  );
}

/** A run that ended without giving the lock back can still finish what it began. */
async function howItGoesOn(name: string): Promise<string> {
  const { holder } = await readLock(name);
  if (holder === undefined || (await progressOf(holder)) !== 'ended') return '';
  return ` ${holder.runId} has ended without finishing; continue it: ${resumeCommand(name, holder)}`;
}
