import type { AttributeValue, QueryOutput } from '@aws-sdk/client-dynamodb';
import { aTable, key } from './dynamodbWorld.ts';

async function withItems(count: number, more: (index: number) => Record<string, AttributeValue> = () => ({})) {
  const account = await aTable();
  for (let index = 0; index < count; index += 1) {
    const sort = `node#${String(index).padStart(4, '0')}`;
    await account.call('PutItem', { TableName: 'store', Item: { ...key('cluster', sort), ...more(index) } });
  }
  await account.call('PutItem', { TableName: 'store', Item: key('another', 'node#0000') });
  const query = (input: object) => account.call<QueryOutput>('Query', { TableName: 'store', ...input });
  return { ...account, query };
}

const ofCluster = {
  KeyConditionExpression: 'pk = :pk',
  ExpressionAttributeValues: { ':pk': { S: 'cluster' } },
};
const sorts = (output: QueryOutput) => output.Items?.map((item) => item.sk?.S);

test('a query answers one partition in the order of its sort key, and backwards when asked', async () => {
  const { query } = await withItems(3);
  expect(sorts(await query(ofCluster))).toEqual(['node#0000', 'node#0001', 'node#0002']);
  expect(sorts(await query({ ...ofCluster, ScanIndexForward: false }))).toEqual([
    'node#0002',
    'node#0001',
    'node#0000',
  ]);
});

test('pages follow each other to the end without a gap, even where the item they ended at has gone', async () => {
  const { query, call } = await withItems(5);
  const first = await query({ ...ofCluster, Limit: 2 });
  await call('DeleteItem', { TableName: 'store', Key: key('cluster', 'node#0001') });
  const second = await query({ ...ofCluster, Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey });
  const third = await query({ ...ofCluster, Limit: 2, ExclusiveStartKey: second.LastEvaluatedKey });
  expect([first, second, third].flatMap(sorts)).toEqual([
    'node#0000',
    'node#0001',
    'node#0002',
    'node#0003',
    'node#0004',
  ]);
  expect(third.LastEvaluatedKey).toBeUndefined();
});

test('a page that ends exactly at its limit still answers a last key, as AWS does', async () => {
  const { query } = await withItems(2);
  const page = await query({ ...ofCluster, Limit: 2 });
  expect(page.LastEvaluatedKey).toEqual(key('cluster', 'node#0001'));
  expect(await query({ ...ofCluster, ExclusiveStartKey: page.LastEvaluatedKey })).toMatchObject({ Count: 0 });
});

test('a page holds at most a megabyte', async () => {
  const { query } = await withItems(6, () => ({ body: { S: 'x'.repeat(300_000) } }));
  const page = await query(ofCluster);
  expect(page.Count).toBe(4);
  expect(page.LastEvaluatedKey).toEqual(key('cluster', 'node#0003'));
});

test('a filter counts what it dropped, and limits apply before it', async () => {
  const { query } = await withItems(4, (index) => ({ ready: { BOOL: index % 2 === 0 } }));
  const page = await query({
    ...ofCluster,
    Limit: 3,
    FilterExpression: 'ready = :yes',
    ExpressionAttributeValues: { ':pk': { S: 'cluster' }, ':yes': { BOOL: true } },
  });
  expect(page).toMatchObject({ Count: 2, ScannedCount: 3 });
});

test.each([
  ['pk = :pk AND begins_with(sk, :a)', { ':a': { S: 'node#000' } }, 3],
  ['pk = :pk AND sk BETWEEN :a AND :b', { ':a': { S: 'node#0001' }, ':b': { S: 'node#0009' } }, 2],
  [':pk = pk AND sk > :a', { ':a': { S: 'node#0001' } }, 1],
  ['(pk = :pk) AND (sk = :a)', { ':a': { S: 'node#0001' } }, 1],
])('%s finds what it names', async (KeyConditionExpression, values, count) => {
  const { query } = await withItems(3);
  const input = { KeyConditionExpression, ExpressionAttributeValues: { ':pk': { S: 'cluster' }, ...values } };
  expect((await query(input)).Count).toBe(count);
});

test.each([
  ['sk = :pk', 'Query condition missed key schema element: pk'],
  ['pk > :pk', 'Query key condition not supported'],
  ['pk = :pk OR sk = :pk', 'Invalid operator used in KeyConditionExpression: OR'],
  ['pk = :pk AND contains(sk, :pk)', 'Invalid operator used in KeyConditionExpression: CONTAINS'],
  ['pk = :pk AND ready = :pk', 'Query condition missed key schema element: sk'],
])('AWS refuses the key condition %s', async (KeyConditionExpression, message) => {
  const { errorOf } = await withItems(0);
  const input = { KeyConditionExpression, ExpressionAttributeValues: { ':pk': { S: 'cluster' } } };
  expect((await errorOf('Query', { TableName: 'store', ...input })).message).toContain(message);
});

test('a filter must not name the key', async () => {
  const { errorOf } = await withItems(0);
  const input = { ...ofCluster, FilterExpression: 'attribute_exists(sk)' };
  expect((await errorOf('Query', { TableName: 'store', ...input })).message).toContain('Primary key attribute: sk');
});

test('an index holds only the items that have its keys, and follows their changes', async () => {
  const { query, call } = await withItems(3, (index) => (index < 2 ? { holder: { S: 'run-1' } } : {}));
  const held = {
    IndexName: 'byHolder',
    KeyConditionExpression: 'holder = :h',
    ExpressionAttributeValues: { ':h': { S: 'run-1' } },
  };
  expect(sorts(await query(held))).toEqual(['node#0000', 'node#0001']);
  await call('UpdateItem', {
    TableName: 'store',
    Key: key('cluster', 'node#0000'),
    UpdateExpression: 'REMOVE holder',
  });
  await call('DeleteItem', { TableName: 'store', Key: key('cluster', 'node#0001') });
  expect(sorts(await query(held))).toEqual([]);
});

test('an index cannot be read consistently', async () => {
  const { errorOf } = await withItems(0);
  const error = await errorOf('Query', {
    TableName: 'store',
    IndexName: 'byHolder',
    ConsistentRead: true,
    KeyConditionExpression: 'holder = :h',
    ExpressionAttributeValues: { ':h': { S: 'run-1' } },
  });
  expect(error.message).toBe('Consistent reads are not supported on global secondary indexes');
});

test('a scan in pages meets every item once', async () => {
  const { call } = await withItems(7);
  const met: (string | undefined)[] = [];
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await call<QueryOutput>('Scan', {
      TableName: 'store',
      Limit: 3,
      ...(start && { ExclusiveStartKey: start }),
    });
    met.push(...(page.Items ?? []).map((item) => `${item.pk?.S} ${item.sk?.S}`));
    start = page.LastEvaluatedKey;
  } while (start);
  expect(met).toHaveLength(8);
  expect(new Set(met).size).toBe(8);
});
