import { findLoadBalancers, removeLoadBalancer } from '../../../shared/aws/loadBalancers.ts';
import { isHomeVpc } from '../../../shared/aws/membership.ts';
import { findTargetGroups, removeTargetGroup } from '../../../shared/aws/targetGroups.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the cluster's load balancer with its listener, then its target group. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const isOurs = ({ vpcId }: { readonly vpcId: string | undefined }) => isHomeVpc(membership, vpcId);
  const balancers = (await findLoadBalancers(run.clusterId)).filter(isOurs);
  await together(balancers, ({ arn }) => removeLoadBalancer(arn));

  const groups = (await findTargetGroups(run.clusterId)).filter(isOurs);
  await together(groups, ({ arn }) => removeTargetGroup(arn));
  return { deleted: balancers.length + groups.length };
});
