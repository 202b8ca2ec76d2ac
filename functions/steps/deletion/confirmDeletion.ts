import { isSecretsKey, isVolumeKey } from '../../../shared/aws/keys.ts';
import { findKubernetesVolumes } from '../../../shared/aws/kubernetesVolumes.ts';
import { isOurVolume } from '../../../shared/aws/membership.ts';
import { type Observed, observe } from '../../../shared/aws/observe.ts';
import { NotReady } from '../../../shared/errors.ts';
import type { RunContext } from '../../../shared/runContext.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { recordAudit } from '../../../shared/store/audit.ts';
import { listBackupsOf } from '../../../shared/store/backups.ts';
import { membershipOf } from '../../../shared/store/membership.ts';

/**
 * Done when AWS shows nothing of the cluster's any more, but for the keys of volumes and backups that are kept. Names what is left, in
 * case it stays. What only wears the cluster's tags is left alone, and listed in the audit for its owner.
 */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const volumes = await findKubernetesVolumes(run.clusterId);
  const needsKey = volumes.some((volume) => isOurVolume(membership, volume));
  const hasBackups = (await listBackupsOf(run.clusterName, run.clusterId)).length > 0;
  const isKeptKey = ({ kind, key }: Observed) =>
    kind === 'key' && ((needsKey && isVolumeKey({ key })) || (hasBackups && isSecretsKey({ key })));
  const observed = (await observe(membership)).filter((each) => !isKeptKey(each));

  const left = observed.filter(({ isOurs }) => isOurs);
  if (left.length > 0) throw new NotReady(`${left.length} resources of ${run.clusterId} still exist: ${named(left)}`);

  const strangers = observed.filter(({ isOurs }) => !isOurs);
  if (strangers.length > 0) await listLeftAlone(run, strangers);
  return { left: 0, keptVolumes: volumes.length, leftAlone: named(strangers) };
});

/** As many as a person reads. */
const maxNamed = 10;

const named = (observed: readonly Observed[]): string =>
  observed
    .slice(0, maxNamed)
    .map(({ kind, key, id }) => `${kind}/${key} (${id})`)
    .join(', ');

async function listLeftAlone(
  { clusterName, clusterId, runId, executionArn }: RunContext,
  strangers: readonly Observed[],
): Promise<void> {
  await recordAudit(clusterName, {
    action: 'left-alone',
    id: runId,
    by: executionArn,
    detail: { clusterId, resources: strangers.length, first: named(strangers) },
  });
}
