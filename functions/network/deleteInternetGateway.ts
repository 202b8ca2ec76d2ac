import { findInternetGateways, removeInternetGateway } from '../../shared/aws/internetGateways.ts';
import { together } from '../../shared/aws/together.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Detaches and deletes the cluster's internet gateway, and any that a lost answer left. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const gateways = await findInternetGateways(run.clusterId);
  await together(gateways, removeInternetGateway);
  return { deleted: gateways.length };
});
