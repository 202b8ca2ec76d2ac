import { isMember } from '../../../shared/aws/membership.ts';
import { findNatGateways, removeNatGateway } from '../../../shared/aws/natGateways.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Starts the deletion of the cluster's NAT gateways, failed ones too; AwaitNatGatewaysGone waits for it. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const gateways = (await findNatGateways(run.clusterId)).filter(
    (found) => isMember(membership, found) && !found.state.startsWith('delet'),
  );
  await together(gateways, ({ id }) => removeNatGateway(id));
  return { deleted: gateways.length };
});
