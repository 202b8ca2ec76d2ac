import { findLeftLoadBalancers, findLeftTargetGroups } from '../../../shared/aws/kubernetesLoadBalancers.ts';
import { removeLoadBalancer } from '../../../shared/aws/loadBalancers.ts';
import { removeTargetGroup } from '../../../shared/aws/targetGroups.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the load balancers that Kubernetes made for Services; its controllers are gone by now and make no new ones. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const balancers = await findLeftLoadBalancers(membership);
  await together(balancers, removeLoadBalancer);

  const groups = await findLeftTargetGroups(membership);
  await together(groups, removeTargetGroup);
  return { deleted: balancers.length + groups.length };
});
