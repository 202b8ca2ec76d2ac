import type { BatchGetItemOutput, TransactGetItemsOutput } from '@aws-sdk/client-dynamodb';
import { aTable, key } from './dynamodbWorld.ts';

const put = (sort: string, more: object = {}) => ({
  Put: { TableName: 'store', Item: key('a', sort), ...more },
});
const whenAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };

test('a transaction writes everything or nothing, and names the action that prevented it', async () => {
  const { call, errorOf } = await aTable();
  await call('PutItem', { TableName: 'store', Item: { ...key('a', 'taken'), holder: { S: 'someone' } } });
  const error = await errorOf('TransactWriteItems', {
    TransactItems: [
      put('new', whenAbsent),
      put('taken', { ...whenAbsent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ],
  });
  expect(error).toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { holder: { S: 'someone' } } }],
  });
  expect(error.message).toContain('[None, ConditionalCheckFailed]');
  expect(await call('GetItem', { TableName: 'store', Key: key('a', 'new') })).toEqual({});
});

test('checks, updates and deletes take part', async () => {
  const { call } = await aTable();
  await call('PutItem', { TableName: 'store', Item: { ...key('a', 'lock'), fence: { N: '1' } } });
  await call('PutItem', { TableName: 'store', Item: key('a', 'old') });
  await call('TransactWriteItems', {
    TransactItems: [
      {
        ConditionCheck: {
          TableName: 'store',
          Key: key('a', 'lock'),
          ConditionExpression: 'fence = :f',
          ExpressionAttributeValues: { ':f': { N: '1' } },
        },
      },
      { Delete: { TableName: 'store', Key: key('a', 'old') } },
      {
        Update: {
          TableName: 'store',
          Key: key('a', 'count'),
          UpdateExpression: 'ADD runs :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        },
      },
    ],
  });
  const { Responses } = await call<TransactGetItemsOutput>('TransactGetItems', {
    TransactItems: ['lock', 'old', 'count'].map((sort) => ({ Get: { TableName: 'store', Key: key('a', sort) } })),
  });
  expect(Responses).toEqual([
    { Item: { ...key('a', 'lock'), fence: { N: '1' } } },
    {},
    { Item: { ...key('a', 'count'), runs: { N: '1' } } },
  ]);
});

test('a fault that only the item shows is that action’s own reason', async () => {
  const { errorOf } = await aTable();
  const Update = {
    TableName: 'store',
    Key: key('a', 'b'),
    UpdateExpression: 'SET runs = runs + :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };
  const error = await errorOf('TransactWriteItems', { TransactItems: [{ Update }] });
  expect(error).toMatchObject({ CancellationReasons: [{ Code: 'ValidationError' }] });
});

test('one item cannot be named twice', async () => {
  const { errorOf } = await aTable();
  const error = await errorOf('TransactWriteItems', { TransactItems: [put('x'), put('x')] });
  expect(error.message).toBe('Transaction request cannot include multiple operations on one item');
});

test('a repeated token does nothing for ten minutes, with other actions it is refused', async () => {
  const { call, errorOf, world } = await aTable();
  const request = { TransactItems: [put('x', whenAbsent)], ClientRequestToken: 'token-1' };
  await call('TransactWriteItems', request);
  await call('TransactWriteItems', request);
  const other = await errorOf('TransactWriteItems', { ...request, TransactItems: [put('y')] });
  expect(other.name).toBe('IdempotentParameterMismatchException');
  await world.clock.advance({ minutes: 11 });
  expect((await errorOf('TransactWriteItems', request)).name).toBe('TransactionCanceledException');
});

test('batches put, delete and get by key, and refuse doubles and more than 25 writes', async () => {
  const { call, errorOf } = await aTable();
  const writes = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ PutRequest: { Item: key('a', `item-${index}`) } }));
  await call('BatchWriteItem', { RequestItems: { store: writes(25) } });
  await call('BatchWriteItem', { RequestItems: { store: [{ DeleteRequest: { Key: key('a', 'item-0') } }] } });
  const { Responses } = await call<BatchGetItemOutput>('BatchGetItem', {
    RequestItems: { store: { Keys: [key('a', 'item-0'), key('a', 'item-1')] } },
  });
  expect(Responses).toEqual({ store: [key('a', 'item-1')] });
  expect((await errorOf('BatchWriteItem', { RequestItems: { store: writes(26) } })).message).toContain(
    'Too many items',
  );
  const doubled = await errorOf('BatchWriteItem', { RequestItems: { store: [...writes(1), ...writes(1)] } });
  expect(doubled.message).toBe('Provided list of item keys contains duplicates');
});
