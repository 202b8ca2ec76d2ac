import { existingStates, findInstances } from '../../../shared/aws/instances.ts';
import { isOurInstance } from '../../../shared/aws/membership.ts';
import { NotReady } from '../../../shared/errors.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';

/** Done when every machine of the cluster is terminated and has given back its interfaces and volumes. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const left = (await findInstances(run.clusterId, existingStates)).filter((found) => isOurInstance(membership, found));
  if (left.length > 0) {
    const first = left.slice(0, 5).map(({ id, key, state }) => `${id} (${key}) is ${state}`);
    throw new NotReady(`${left.length} machines still exist: ${first.join(', ')}`);
  }
  return { machines: 0 };
});
