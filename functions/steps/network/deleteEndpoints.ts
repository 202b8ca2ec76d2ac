import { findEndpoints, removeEndpoints } from '../../../shared/aws/endpoints.ts';
import { isMember } from '../../../shared/aws/membership.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';

/** Starts the deletion of the VPC's endpoints; AwaitInterfacesGone waits for what they leave. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const endpoints = (await findEndpoints(run.clusterId)).filter((found) => isMember(membership, found));
  const alive = endpoints.filter(({ state }) => !state.startsWith('delet'));
  await removeEndpoints(alive.map(({ id }) => id));
  return { deleted: alive.length };
});
