import { removeSchedules } from '../../shared/aws/schedules.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Ends the cluster's schedules, so that nothing starts on a cluster that is going. */
export const handler = stepWithoutPlan(async ({ run }) => ({ schedules: await removeSchedules(run.clusterId) }));
