import * as z from 'zod';
import { findAutoScalingGroups, resize } from '../../../shared/aws/autoScalingGroups.ts';
import { Conflict } from '../../../shared/errors.ts';
import { mayBeMissing } from '../../../shared/reports/failureBudget.ts';
import { step } from '../../../shared/step/step.ts';

const input = z.object({ resized: z.array(z.string()), desiredSet: z.array(z.string()) });

/**
 * Gives the groups whose sizes were changed their new limits, and returns how many workers there have to be. A size that the spec
 * does not change stays where an autoscaler has put it, within the limits.
 */
export const handler = step(input, async ({ run, plan, input: { resized, desiredSet } }) => {
  const groups = new Map((await findAutoScalingGroups(run.clusterId)).map((group) => [group.key, group]));
  let workers = 0;
  for (const { name, size } of plan.blueprint.nodeGroups) {
    const group = groups.get(name);
    if (!group)
      throw new Conflict(
        `Node group ${name} of ${run.clusterId} is gone. Repair the cluster, or create the group again.`,
      );
    const { min, max } = size;
    const desired = desiredSet.includes(name) ? size.desired : Math.min(Math.max(group.desired, min), max);
    const isAsWanted = group.min === min && group.max === max && group.desired === desired;
    if (resized.includes(name) && !isAsWanted) await resize(group.name, { min, max, desired });
    const asked = resized.includes(name) ? desired : group.desired;
    workers += asked - mayBeMissing(asked);
  }
  return { workers };
});
