import { now } from '../environment.ts';
import { queryRows, writeRowIfAbsent } from './table.ts';

const partitionOf = (clusterId: string): string => `etcd#${clusterId}`;

/** Notes that the slot's member of etcd has served. From the first on, nobody bootstraps another cluster. Never taken back. */
export async function recordMemberServed(clusterId: string, slotKey: string): Promise<void> {
  await writeRowIfAbsent({ pk: partitionOf(clusterId), sk: slotKey, at: now().toISOString() });
}

/** The slots whose member of the cluster's etcd has ever served. */
export async function slotsThatServed(clusterId: string): Promise<ReadonlySet<string>> {
  return new Set((await queryRows<object>(partitionOf(clusterId))).map(({ sk }) => sk));
}
