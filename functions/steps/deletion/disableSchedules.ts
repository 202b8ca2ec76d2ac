import { removeSchedules } from '../../../shared/aws/schedules.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';

/** Ends the cluster's schedules, so that nothing starts on a cluster that is going. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const group = process.env.SCHEDULE_GROUP;
  if (!group) throw new Error('SCHEDULE_GROUP is not set: serverless.yml gives it to this function');
  return { schedules: await removeSchedules(run.clusterId, group) };
});
