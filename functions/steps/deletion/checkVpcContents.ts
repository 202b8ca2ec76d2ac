import { oursAmong } from '../../../shared/aws/membership.ts';
import { refuseForeignContents } from '../../../shared/aws/vpcContents.ts';
import { findVpcs } from '../../../shared/aws/vpcs.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';

/** Refuses to delete a cluster whose VPC holds something of somebody else, before the first machine goes. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const vpcs = oursAmong(membership, 'vpc', await findVpcs(run.clusterId));
  await refuseForeignContents(
    membership,
    vpcs.map(({ id }) => id),
  );
  return { vpcs: vpcs.length };
});
