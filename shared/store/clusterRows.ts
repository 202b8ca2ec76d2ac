import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../aws/clients/dynamodb.ts';
import { type Key, queryRows, tableName } from './table.ts';

/** DynamoDB takes at most 25 writes in one BatchWriteItem. */
const rowsPerBatch = 25;

/** Partitions that belong to one cluster and mean nothing after it. */
const partitionsOf = (clusterId: string) =>
  ['authorities', 'bundles', 'slots', 'reports', 'waits', 'routes'].map((kind) => `${kind}#${clusterId}`);

/** Deletes what the store holds of a deleted cluster's machines, authorities and waits. Returns how many rows went. */
export async function forgetClusterRows(clusterId: string): Promise<number> {
  const rows = (await Promise.all(partitionsOf(clusterId).map((pk) => queryRows<object>(pk)))).flat();
  const machines = rows.flatMap((row) =>
    'instanceId' in row ? [{ pk: `machine#${row.instanceId}`, sk: 'identity' }] : [],
  );
  const keys = uniqueKeys([...rows, ...machines]);
  for (let start = 0; start < keys.length; start += rowsPerBatch)
    await deleteBatch(keys.slice(start, start + rowsPerBatch));
  return keys.length;
}

function uniqueKeys(rows: readonly Key[]): Key[] {
  return [...new Map(rows.map(({ pk, sk }) => [`${pk}\n${sk}`, { pk, sk }])).values()];
}

async function deleteBatch(keys: readonly Key[]): Promise<void> {
  let requests = keys.map((key) => ({ DeleteRequest: { Key: marshall(key) } }));
  while (requests.length > 0) {
    const { UnprocessedItems } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName()]: requests } }),
    );
    requests = (UnprocessedItems?.[tableName()] ?? []) as typeof requests;
  }
}
