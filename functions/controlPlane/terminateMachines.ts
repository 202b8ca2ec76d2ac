import { findInstances, terminateInstances } from '../../shared/aws/instances.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Terminates every machine of the cluster that is left: masters, etcd members, and workers that no group holds any more. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const machines = await findInstances(run.clusterId);
  await terminateInstances(machines.map(({ id }) => id));
  return { terminated: machines.length };
});
