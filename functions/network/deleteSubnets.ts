import { findSubnets, removeSubnet } from '../../shared/aws/subnets.ts';
import { together } from '../../shared/aws/together.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Deletes the subnets that were made for the cluster. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const subnets = await findSubnets(run.clusterId);
  await together(subnets, ({ id }) => removeSubnet(id));
  return { deleted: subnets.length };
});
