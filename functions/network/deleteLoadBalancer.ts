import { findLoadBalancers, removeLoadBalancer } from '../../shared/aws/loadBalancers.ts';
import { findTargetGroups, removeTargetGroup } from '../../shared/aws/targetGroups.ts';
import { together } from '../../shared/aws/together.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Deletes the cluster's load balancer with its listener, then its target group. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const balancers = await findLoadBalancers(run.clusterId);
  await together(balancers, ({ arn }) => removeLoadBalancer(arn));

  const groups = await findTargetGroups(run.clusterId);
  await together(groups, ({ arn }) => removeTargetGroup(arn));
  return { deleted: balancers.length + groups.length };
});
