import { now } from '../step/environment.ts';
import { type Key, readRow, writeRowIfAbsent } from './table.ts';

const keyOf = (clusterId: string): Key => ({ pk: `etcd#${clusterId}`, sk: 'bootstrapped' });

/** Notes that every member of the cluster's etcd has served: from now on nobody bootstraps another. Never taken back. */
export async function recordEtcdBootstrapped(clusterId: string): Promise<void> {
  await writeRowIfAbsent({ ...keyOf(clusterId), at: now().toISOString() });
}

/** Whether the cluster's etcd was bootstrapped: an empty member that votes would forget what the others have promised. */
export const isEtcdBootstrapped = async (clusterId: string): Promise<boolean> =>
  (await readRow(keyOf(clusterId))) !== undefined;
