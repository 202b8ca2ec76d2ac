import { findInternetGateways, removeInternetGateway } from '../../../shared/aws/internetGateways.ts';
import { oursAmong } from '../../../shared/aws/membership.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Detaches and deletes the cluster's internet gateway, and any that a lost answer left. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const found = await findInternetGateways(run.clusterId);
  const gateways = oursAmong(await membershipOf(run.clusterId), 'internet-gateway', found);
  await together(gateways, removeInternetGateway);
  return { deleted: gateways.length };
});
