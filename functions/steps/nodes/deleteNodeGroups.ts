import { findAutoScalingGroups, removeAutoScalingGroup } from '../../../shared/aws/autoScalingGroups.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { together } from '../../../shared/together.ts';

/** Starts the deletion of the node groups with their machines. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const groups = (await findAutoScalingGroups(run.clusterId)).filter(({ status }) => status === undefined);
  await together(groups, ({ name }) => removeAutoScalingGroup(name));
  return { deleted: groups.length };
});
