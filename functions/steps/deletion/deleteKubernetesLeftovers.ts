import { findKubernetesVolumes, removableVolumes } from '../../../shared/aws/kubernetesVolumes.ts';
import { isOurVolume } from '../../../shared/aws/membership.ts';
import { interfacesUsing } from '../../../shared/aws/networkInterfaces.ts';
import { revokeCrossReferences } from '../../../shared/aws/securityGroupRules.ts';
import {
  findKubernetesSecurityGroups,
  findSecurityGroups,
  removeSecurityGroup,
} from '../../../shared/aws/securityGroups.ts';
import { removeVolume } from '../../../shared/aws/volumes.ts';
import { now } from '../../../shared/environment.ts';
import { NotReady } from '../../../shared/errors.ts';
import type { RunContext } from '../../../shared/runContext.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { recordAudit } from '../../../shared/store/audit.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { readRun } from '../../../shared/store/runs.ts';
import { volumesListedAt } from '../../../shared/store/volumeListing.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the volumes that Kubernetes made, but for those that are to be kept or may have to be, and its security groups. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const volumes = await findKubernetesVolumes(run.clusterId);
  const membership = await membershipOf(run.clusterId);
  const encrypted = volumes.filter((volume) => isOurVolume(membership, volume));
  const removable = removableVolumes(encrypted, await knownUntil(run));
  await together(removable, removeVolume);
  const kept = volumes.map(({ id }) => id).filter((id) => !removable.includes(id));
  if (kept.length > 0) await listKept(run, kept);

  const groups = await findKubernetesSecurityGroups(run.clusterId);
  const left = await interfacesUsing(groups.map(({ id }) => id));
  if (left.length > 0) throw new NotReady(`${left.length} interfaces of Kubernetes' load balancers still exist`);

  // The cloud controller manager lets its balancers' groups into the workers' group, which then names them.
  await together([...groups, ...(await findSecurityGroups(run.clusterId))], revokeCrossReferences);
  await together(groups, ({ id }) => removeSecurityGroup(id));
  return { deleted: removable.length + groups.length, keptVolumes: kept.length };
});

/** Asked to delete volumes, none needs to be known; those that are tagged to be kept stay all the same. */
async function knownUntil({ clusterName, clusterId, runId }: RunContext): Promise<Date | undefined> {
  const { deleteVolumes } = (await readRun(clusterName, runId)) ?? {};
  return deleteVolumes ? now() : volumesListedAt(clusterId);
}

/** As many as a person reads; `keptVolumes` says how many there are. */
const maxListed = 100;

/** Who pays for what is left must find it: the audit outlives the cluster. */
async function listKept(
  { clusterName, clusterId, runId, executionArn }: RunContext,
  ids: readonly string[],
): Promise<void> {
  await recordAudit(clusterName, {
    action: 'volumes-kept',
    id: runId,
    by: executionArn,
    detail: { clusterId, keptVolumes: ids.length, volumes: ids.slice(0, maxListed).join(' ') },
  });
}
