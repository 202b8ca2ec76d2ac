import { oursAmong } from '../../../shared/aws/membership.ts';
import { namingWhatBlocks } from '../../../shared/aws/vpcContents.ts';
import { findVpcs, removeVpc } from '../../../shared/aws/vpcs.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the VPC that was made for the cluster, and any that a lost answer left. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const vpcs = oursAmong(await membershipOf(run.clusterId), 'vpc', await findVpcs(run.clusterId));
  const place = { clusterId: run.clusterId, vpcIds: vpcs.map(({ id }) => id) };
  await namingWhatBlocks(
    place,
    together(vpcs, ({ id }) => removeVpc(id)),
  );
  return { deleted: vpcs.length };
});
