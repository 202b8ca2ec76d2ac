import { findInstances } from '../../../shared/aws/instances.ts';
import { keyPolicy } from '../../../shared/aws/keyPolicies.ts';
import { findClusterKeys, isVolumeKey, removeKey } from '../../../shared/aws/keys.ts';
import { keysLeftByLostAnswers } from '../../../shared/aws/kms.ts';
import { findKubernetesVolumes } from '../../../shared/aws/kubernetesVolumes.ts';
import { isOurInstance, isOurKey, isOurVolume } from '../../../shared/aws/membership.ts';
import { NotReady } from '../../../shared/errors.ts';
import { step } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/**
 * Schedules the deletion of the cluster's keys in seven days; until then it can be cancelled. Volumes that outlive the
 * cluster are encrypted with its volume key, which then stays. Certificates of machines that still run need their CAs.
 */
export const handler = step(async ({ run, plan }) => {
  const { cluster, keys } = plan.blueprint;
  const membership = await membershipOf(run.clusterId);
  const machines = (await findInstances(run.clusterId)).filter((found) => isOurInstance(membership, found));
  if (machines.length > 0) throw new NotReady(`${machines.length} machines of ${run.clusterId} still use its keys`);

  const volumes = await findKubernetesVolumes(run.clusterId);
  const hasVolumes = volumes.some((volume) => isOurVolume(membership, volume));
  const found = (await findClusterKeys(run.clusterId)).filter(({ keyId }) => isOurKey(membership, keyId));
  const unused = found.filter((key) => !(hasVolumes && isVolumeKey(key)));
  await together(unused, removeKey);

  await together(keys, async (key) => {
    const lost = await keysLeftByLostAnswers(cluster, key, keyPolicy(key, plan), membership.known);
    await together(lost, (keyId) => removeKey({ keyId, key: key.key, alias: undefined }));
  });
  return { scheduled: unused.length, kept: found.length - unused.length };
});
