import { findAutoScalingGroups } from '../../../shared/aws/autoScalingGroups.ts';
import { NotReady } from '../../../shared/errors.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';

/** Done when no node group is left, so that nothing launches machines any more. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const left = await findAutoScalingGroups(run.clusterId);
  if (left.length > 0) {
    throw new NotReady(
      `Waiting for node groups to be deleted: ${left.map(({ name, instances }) => `${name} (${instances} machines)`).join(', ')}`,
    );
  }
  return { nodeGroups: 0 };
});
