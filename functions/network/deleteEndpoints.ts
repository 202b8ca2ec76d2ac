import { findEndpoints, removeEndpoints } from '../../shared/aws/endpoints.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Starts the deletion of the VPC's endpoints; AwaitInterfacesGone waits for what they leave. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const endpoints = await findEndpoints(run.clusterId);
  const alive = endpoints.filter(({ state }) => !state.startsWith('delet'));
  await removeEndpoints(alive.map(({ id }) => id));
  return { deleted: alive.length };
});
