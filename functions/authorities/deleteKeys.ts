import { findClusterKeys, isVolumeKey, removeKey } from '../../shared/aws/keys.ts';
import { findKubernetesVolumes } from '../../shared/aws/kubernetesVolumes.ts';
import { together } from '../../shared/aws/together.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/**
 * Schedules the deletion of the cluster's keys in seven days; until then it can be cancelled. Volumes that outlive the
 * cluster are encrypted with its volume key, which then stays.
 */
export const handler = stepWithoutPlan(async ({ run }) => {
  const keys = await findClusterKeys(run.clusterId);
  const hasVolumes = (await findKubernetesVolumes(run.clusterId)).length > 0;
  const unused = keys.filter((key) => !(hasVolumes && isVolumeKey(key)));
  await together(unused, removeKey);
  return { scheduled: unused.length, kept: keys.length - unused.length };
});
