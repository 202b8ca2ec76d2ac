import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';

const TableName = 'kubestep-dev';

export type StoredItem = Record<string, unknown> & { readonly pk: string; readonly sk: string };

/** The rows of one partition of the deployment's table. */
export async function storedItems(account: TestAccount, pk: string): Promise<StoredItem[]> {
  const { Items } = await callAws<{ Items: Record<string, AttributeValue>[] }>(account, 'dynamodb:Query', {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: marshall({ ':pk': pk }),
  });
  return Items.map((item) => unmarshall(item) as StoredItem);
}

/** Puts a row, as somebody would who may write to the table. */
export async function putItem(account: TestAccount, item: StoredItem): Promise<void> {
  await callAws(account, 'dynamodb:PutItem', { TableName, Item: marshall(item, { removeUndefinedValues: true }) });
}
