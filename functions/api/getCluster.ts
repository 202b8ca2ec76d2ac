import { answered } from '../../shared/operations/answer.ts';
import { clusterOfPath } from '../../shared/operations/pathRequest.ts';
import { readLock } from '../../shared/store/lock.ts';
import { listSlots } from '../../shared/store/machines.ts';
import { listPhaseReports } from '../../shared/store/reports.ts';

/** One cluster with its lock, its slots and what its machines have reported. */
export const handler = answered(async (event: unknown) => {
  const cluster = await clusterOfPath(event, 'getCluster');
  const [lock, slots, reports] = await Promise.all([
    readLock(cluster.name),
    listSlots(cluster.clusterId),
    listPhaseReports(cluster.clusterId),
  ]);
  return { cluster, lock, slots, reports };
});
