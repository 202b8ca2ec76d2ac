import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { limits } from '../awsLimits.ts';
import { dynamodb } from '../clients/dynamodb.ts';
import { together } from '../together.ts';
import { type Key, queryRows, tableName } from './table.ts';

const rowsPerBatch = limits.batchWrites.value;

/** Partitions that belong to one cluster and mean nothing after it. */
const partitionsOf = (clusterId: string) =>
  ['authorities', 'bundles', 'slots', 'templates', 'etcd', 'machines', 'reports', 'waits', 'routes', 'resources'].map(
    (kind) => `${kind}#${clusterId}`,
  );

/** Deletes what the store holds of a deleted cluster's machines, authorities and waits. Returns how many rows went. */
export async function forgetClusterRows(clusterId: string): Promise<number> {
  const rows = (await Promise.all(partitionsOf(clusterId).map((pk) => queryRows<object>(pk)))).flat();
  // Machines go first: after a death in between, only the cluster's rows still say which machines there were.
  const keys = [...(await rowsOfMachines(rows)), ...rows];
  for (let start = 0; start < keys.length; start += rowsPerBatch)
    await deleteBatch(keys.slice(start, start + rowsPerBatch));
  return keys.length;
}

/** Identities and bound keys of every machine that the cluster has known, whether or not it came to report anything. */
async function rowsOfMachines(rows: readonly object[]): Promise<Key[]> {
  const instanceIds = new Set(rows.flatMap((row) => ('instanceId' in row ? [String(row.instanceId)] : [])));
  return (await together([...instanceIds], (id) => queryRows<object>(`machine#${id}`))).flat();
}

async function deleteBatch(keys: readonly Key[]): Promise<void> {
  let requests = keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: marshall({ pk, sk }) } }));
  while (requests.length > 0) {
    const { UnprocessedItems } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName()]: requests } }),
    );
    requests = (UnprocessedItems?.[tableName()] ?? []) as typeof requests;
  }
}
