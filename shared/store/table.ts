import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { limits } from '../awsLimits.ts';
import { dynamodb } from '../clients/dynamodb.ts';
import { NotReady, ServiceFailed } from '../errors.ts';

/** Where a row lives: partition and sort key. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** The deployment's one table. Read at each call, because tests and local runs set it late. */
export function tableName(): string {
  const name = process.env['TABLE_NAME'];
  if (!name) throw new Error('TABLE_NAME is not set: the deployment gives it to every function');
  return name;
}

/** The row at this key, strongly consistent. */
export async function readRow<Row>(key: Key): Promise<(Row & Key) | undefined> {
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: tableName(), Key: marshall(key), ConsistentRead: true }),
  );
  return Item && (unmarshall(Item) as Row & Key);
}

/** Writes the whole row, whatever was there. */
export async function writeRow(row: Key & Record<string, unknown>): Promise<void> {
  await dynamodb.send(new PutItemCommand({ TableName: tableName(), Item: marshallRow(row) }));
}

const rowsPerRequest = limits.batchWrites.value;

/** Writes rows in as few requests as DynamoDB takes. Some may be written when it fails. */
export async function writeRows(rows: readonly (Key & object)[]): Promise<void> {
  for (let first = 0; first < rows.length; first += rowsPerRequest) {
    const puts = rows.slice(first, first + rowsPerRequest).map((row) => ({ PutRequest: { Item: marshallRow(row) } }));
    const { UnprocessedItems } = await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName()]: puts } }),
    );
    if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new NotReady('DynamoDB has not taken every row yet');
  }
}

/** Writes the row where there is none yet. False when there was one: the first writer has won. */
export async function writeRowIfAbsent(row: Key & Record<string, unknown>): Promise<boolean> {
  try {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName(),
        Item: marshallRow(row),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/**
 * Writes the row where there is none yet, and `others` with it, all or none. False when there was one. `ServiceFailed` where
 * somebody else was writing it at this moment and nobody has: the same request sent again finds out.
 */
export async function writeRowsIfAbsent(row: Key & object, ...others: readonly (Key & object)[]): Promise<boolean> {
  const put = (each: Key & object) => ({ TableName: tableName(), Item: marshallRow(each) });
  try {
    return await writeTogether([
      { Put: { ...put(row), ConditionExpression: 'attribute_not_exists(pk)' } },
      ...others.map((other) => ({ Put: put(other) })),
    ]);
  } catch (error) {
    if (!isTransactionConflict(error)) throw error;
    if (await readRow(row)) return false;
    throw new ServiceFailed(`Another request was writing ${row.pk} ${row.sk} at this moment. Send this one again.`, {
      cause: error,
    });
  }
}

/** Makes all writes or none. False where the condition of one did not hold. */
export async function writeTogether(writes: TransactWriteItem[]): Promise<boolean> {
  try {
    await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: writes }));
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** Removes the row; nothing happens where there is none. */
export async function deleteRow(key: Key): Promise<void> {
  await dynamodb.send(new DeleteItemCommand({ TableName: tableName(), Key: marshall(key) }));
}

/** All rows of a partition whose sort key starts with `prefix`, in the order of the sort key. */
export async function queryRows<Row>(pk: string, prefix = ''): Promise<(Row & Key)[]> {
  const pages = paginateQuery(
    { client: dynamodb },
    {
      TableName: tableName(),
      ConsistentRead: true,
      ...(prefix === ''
        ? { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: marshall({ ':pk': pk }) }
        : {
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': prefix }),
          }),
    },
  );
  const rows: (Row & Key)[] = [];
  for await (const page of pages) for (const item of page.Items ?? []) rows.push(unmarshall(item) as Row & Key);
  return rows;
}

/** A row as DynamoDB takes it; absent fields stay absent. */
export function marshallRow(row: object) {
  return marshall(row, { removeUndefinedValues: true });
}

/** Whether a write, or one of a transaction, was refused because its condition did not hold. Errors are known by name: bundles hold several copies of a class. */
export function isConditionFailure(error: unknown): boolean {
  return (
    (error instanceof Error && error.name === 'ConditionalCheckFailedException') ||
    isCancelledFor(error, 'ConditionalCheckFailed')
  );
}

/**
 * Whether a transaction was cancelled because another one held one of its rows; the SDK does not send it again (source:
 * DynamoDB developer guide, "Transaction conflict handling").
 */
export const isTransactionConflict = (error: unknown): boolean => isCancelledFor(error, 'TransactionConflict');

function isCancelledFor(error: unknown, reason: string): boolean {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return false;
  const { CancellationReasons = [] } = error as { CancellationReasons?: readonly { readonly Code?: string }[] };
  return CancellationReasons.some(({ Code }) => Code === reason);
}
