import { findNamedKeys, removeKey } from '../../shared/aws/keys.ts';
import { together } from '../../shared/aws/together.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Schedules the deletion of the cluster's keys in seven days; until then it can be cancelled. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const keys = await findNamedKeys(run.clusterId);
  await together(keys, removeKey);
  return { scheduled: keys.length };
});
