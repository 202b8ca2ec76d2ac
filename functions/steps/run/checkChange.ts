import { step } from '../../../shared/step/step.ts';
import { readCluster } from '../../../shared/store/clusters.ts';
import { readPlan } from '../../../shared/store/plans.ts';
import { diffSpecs } from '../../../shared/validation/changes.ts';

/**
 * Says what the run has to change: by which plan the cluster is, by which it is to be, and what the differences do. Where an earlier
 * run was given up, nothing is taken for granted. Nothing is touched.
 */
export const handler = step(async ({ run, plan }) => {
  const cluster = await readCluster(run.clusterName);
  if (!cluster) throw new Error(`Cluster ${run.clusterName} has no record although its run continues`);
  const changes = diffSpecs((await readPlan(cluster.planHash)).spec, plan.spec);
  const isPartlyChanged = cluster.isPartlyChanged ?? false;
  const hasEffect = (kind: string) => isPartlyChanged || changes.some(({ effect }) => effect.kind === kind);
  const isResized = (name: string, fields: string) =>
    changes.some(({ path }) => new RegExp(`^spec\\.nodeGroups\\[${name}\\]\\.(${fields})$`).test(path));

  const namesDesired = (name: string) =>
    plan.spec.spec.nodeGroups.some((group) => group.name === name && group.desired !== undefined);

  const groups = plan.blueprint.nodeGroups.map(({ name }) => name);
  return {
    assets: plan.blueprint.assets.length,
    slots: plan.blueprint.slots.map(({ key }) => key),
    changesMachines: hasEffect('in place'),
    changesAddons: hasEffect('addons'),
    resized: groups.filter((name) => isPartlyChanged || isResized(name, 'min|max|desired')),
    // An autoscaler may have moved the others' sizes since.
    desiredSet: groups.filter((name) => namesDesired(name) && (isPartlyChanged || isResized(name, 'desired'))),
  };
});
