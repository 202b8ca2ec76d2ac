import { findInstances } from '../../../shared/aws/instances.ts';
import { keyPolicy } from '../../../shared/aws/keyPolicies.ts';
import {
  type FoundKey,
  findClusterKeys,
  isSecretsKey,
  isVolumeKey,
  pendingWindowDays,
  removeKey,
} from '../../../shared/aws/keys.ts';
import { keysLeftByLostAnswers } from '../../../shared/aws/kms.ts';
import { findKubernetesVolumes } from '../../../shared/aws/kubernetesVolumes.ts';
import { isOurInstance, isOurKey, isOurVolume } from '../../../shared/aws/membership.ts';
import { now } from '../../../shared/environment.ts';
import { NotReady } from '../../../shared/errors.ts';
import type { RunContext } from '../../../shared/runContext.ts';
import { step } from '../../../shared/step/step.ts';
import { recordAudit } from '../../../shared/store/audit.ts';
import { listBackupsOf } from '../../../shared/store/backups.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/**
 * Schedules the deletion of the cluster's keys in seven days; until then it can be cancelled. Volumes that outlive the
 * cluster are encrypted with its volume key, and Secrets in its backups with what its key `secrets` wraps: those then stay. Certificates of machines that still run need their CAs.
 */
export const handler = step(async ({ run, plan }) => {
  const { cluster, keys } = plan.blueprint;
  const membership = await membershipOf(run.clusterId);
  const machines = (await findInstances(run.clusterId)).filter((found) => isOurInstance(membership, found));
  if (machines.length > 0) throw new NotReady(`${machines.length} machines of ${run.clusterId} still use its keys`);

  const volumes = await findKubernetesVolumes(run.clusterId);
  const hasVolumes = volumes.some((volume) => isOurVolume(membership, volume));
  const found = (await findClusterKeys(run.clusterId)).filter(({ keyId }) => isOurKey(membership, keyId));
  const hasBackups = (await listBackupsOf(run.clusterName, run.clusterId)).length > 0;
  const unused = found.filter((key) => !(hasVolumes && isVolumeKey(key)) && !(hasBackups && isSecretsKey(key)));
  await together(unused, async (key) => {
    await recordScheduling(run, key);
    await removeKey(key);
  });
  await together(
    found.filter((key) => !unused.includes(key)),
    (key) => recordKept(run, key),
  );

  await together(keys, async (key) => {
    const lost = await keysLeftByLostAnswers(cluster, key, keyPolicy(key, plan), membership.known);
    await together(lost, (keyId) => removeKey({ keyId, key: key.key, alias: undefined }));
  });
  return { scheduled: unused.length, kept: found.length - unused.length };
});

/** Before it is scheduled: a death in between must not leave a key that goes without a word. Once a day, for a run that is resumed. */
async function recordScheduling(
  { clusterName, clusterId, executionArn }: RunContext,
  { key, keyId }: FoundKey,
): Promise<void> {
  const date = new Date(now().getTime() + pendingWindowDays * 86_400_000).toISOString();
  await recordAudit(clusterName, {
    action: 'key-deletion-scheduled',
    id: `${keyId}#${date.slice(0, 10)}`,
    by: executionArn,
    detail: { clusterId, key, keyId, date },
  });
}

/** Who pays for the key must find it. */
async function recordKept(
  { clusterName, clusterId, executionArn }: RunContext,
  { key, keyId }: FoundKey,
): Promise<void> {
  const detail = { clusterId, key, keyId };
  await recordAudit(clusterName, { action: 'key-kept', id: keyId, by: executionArn, detail });
}
