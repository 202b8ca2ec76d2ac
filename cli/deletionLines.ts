import type { PlannedDeletion } from '../shared/operations/planDeletion.ts';
import { counted, oneLine } from './words.ts';

/** What a deletion would take and leave, as a person reads it before it starts. */
export function deletionLines(planned: PlannedDeletion, deleteVolumes: boolean): readonly string[] {
  const { cluster, takes, ofKubernetes, volumesOfClaims, leavesAlone, backups, keysDeletedAfterDays } = planned;
  const keys = takes.filter(({ kind }) => kind === 'key');
  const others = takes.filter(({ kind }) => kind !== 'key');
  const { loadBalancers, securityGroups } = ofKubernetes;
  const { asked, kept } = volumesOfClaims;
  const line = (when: boolean, text: string): string[] => (when ? [`  ${text}`] : []);
  return [
    `Deletes ${cluster.name} (${cluster.clusterId})`,
    ...line(others.length > 0, `${counted(others.length, 'resource')}: ${kindsText(others)}`),
    ...line(
      loadBalancers.length + securityGroups.length > 0,
      `what Kubernetes made: ${counted(loadBalancers.length, 'load balancer')}, ${counted(securityGroups.length, 'security group')}`,
    ),
    ...line(
      keys.length > 0,
      `${counted(keys.length, 'KMS key')}, ${keysDeletedAfterDays} days later; until then that can be cancelled`,
    ),
    ...line(asked.length > 0 && deleteVolumes, `${counted(asked.length, 'volume')} of claims: ${asked.join(' ')}`),
    ...(asked.length + kept.length + leavesAlone.length + backups.count === 0 ? [] : ['Keeps']),
    ...line(
      asked.length > 0 && !deleteVolumes,
      `those of ${counted(asked.length, 'volume')} whose claims retain them, and all if no master answers: ${asked.join(' ')}`,
    ),
    ...line(kept.length > 0, `${counted(kept.length, 'volume')} of claims: ${kept.join(' ')}`),
    ...line(
      backups.count > 0,
      `${counted(backups.count, 'backup')} and the KMS key that opens the Secrets in them: ${backups.keys.map(({ id }) => id).join(' ')}`,
    ),
    ...line(
      leavesAlone.length > 0,
      `what only wears its tags: ${oneLine(leavesAlone.map(({ kind, key, id }) => `${kind}/${key} (${id})`).join(', '))}`,
    ),
    ...[protectedLine(planned), lockedLine(planned)].filter((one) => one !== undefined),
  ];
}

/** Why a protected cluster is not deleted. */
export const protectedLine = ({ cluster: { name, deletionProtection } }: PlannedDeletion): string | undefined =>
  deletionProtection
    ? `${name} is protected against deletion. Lift the protection first: kubestep protect ${name} --off`
    : undefined;

/** Why a cluster is not deleted while another run writes to it. */
export const lockedLine = ({ cluster: { name }, lockedBy }: PlannedDeletion): string | undefined =>
  lockedBy === undefined ? undefined : `${lockedBy} holds the lock of ${name} now; no deletion starts beside it.`;

/** `3 instance, 1 vpc`, in the order in which they are found. */
function kindsText(met: PlannedDeletion['takes']): string {
  const counts = new Map<string, number>();
  for (const { kind } of met) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}
