import { findInstances, terminateInstances } from '../../../shared/aws/instances.ts';
import { isOurInstance } from '../../../shared/aws/membership.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';

/** Terminates every machine of the cluster that is left: masters, etcd members, and workers that no group holds any more. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const machines = (await findInstances(run.clusterId)).filter((found) => isOurInstance(membership, found));
  await terminateInstances(machines.map(({ id }) => id));
  return { terminated: machines.length };
});
