import { isMember } from '../../../shared/aws/membership.ts';
import { findSubnets, removeSubnet } from '../../../shared/aws/subnets.ts';
import { namingWhatBlocks } from '../../../shared/aws/vpcContents.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the subnets that were made for the cluster. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const subnets = (await findSubnets(run.clusterId)).filter((found) => isMember(membership, found));
  const place = { clusterId: run.clusterId, vpcIds: subnets.flatMap(({ vpcId }) => vpcId ?? []) };
  await namingWhatBlocks(
    place,
    together(subnets, ({ id }) => removeSubnet(id)),
  );
  return { deleted: subnets.length };
});
