import { stepWithoutPlan } from '../../shared/step/step.ts';
import { releaseLock } from '../../shared/store/lock.ts';

/** Gives the cluster's lock back: the run's last state. */
export const handler = stepWithoutPlan(async ({ run }) => {
  await releaseLock(run.clusterName, run.executionArn);
  return {};
});
