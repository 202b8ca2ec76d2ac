import { type Key, queryRows, writeRow } from './table.ts';

/** A backup whose snapshot was verified. The row outlives the cluster, as its objects do. */
export interface BackupRow {
  readonly clusterName: string;
  readonly clusterId: string;
  readonly runId: string;
  /** ISO 8601: when the snapshot was stored. */
  readonly takenAt: string;
  readonly kubernetesVersion: string;
  readonly etcdVersion: string;
  /** etcd's revision: every write up to it is in the snapshot. */
  readonly revision: number;
  readonly sizeBytes: number;
  /** Of the stored object. */
  readonly sha256: string;
  readonly planHash: string;
  readonly bucket: string;
  readonly snapshotKey: string;
  readonly manifestKey: string;
}

const keyOf = ({ clusterName, clusterId, runId }: Pick<BackupRow, 'clusterName' | 'clusterId' | 'runId'>): Key => ({
  pk: `backups#${clusterName}`,
  sk: `${clusterId}#${runId}`,
});

export async function writeBackup(backup: BackupRow): Promise<void> {
  await writeRow({ ...keyOf(backup), ...backup });
}

/** The backups of every cluster that ever had this name, oldest first. */
export async function listBackups(clusterName: string): Promise<BackupRow[]> {
  const backups = await queryRows<BackupRow>(`backups#${clusterName}`);
  return backups.sort((left, right) => (left.takenAt < right.takenAt ? -1 : 1));
}

/** The backups of one cluster. While there are any, the key that wraps its secrets is needed. */
export const listBackupsOf = (clusterName: string, clusterId: string): Promise<BackupRow[]> =>
  queryRows<BackupRow>(`backups#${clusterName}`, `${clusterId}#`);
