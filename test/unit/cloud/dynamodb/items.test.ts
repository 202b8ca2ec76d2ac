import type { GetItemOutput } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../../../local/cloud/dynamodb/service.ts';
import { testCloud } from '../../../support/testWorld.ts';
import { aTable, key } from './dynamodbWorld.ts';

describe('items', () => {
  test('an item comes back as it was put, numbers in their canonical form and binary as bytes', async () => {
    const { call } = await aTable();
    const item = {
      ...key('cluster', 'a'),
      count: { N: '007.50' },
      blob: { B: new Uint8Array([0, 255, 7]) },
      tags: { SS: ['x', 'y'] },
      nested: { M: { list: { L: [{ BOOL: true }, { NULL: true }] } } },
    };
    await call('PutItem', { TableName: 'store', Item: item });
    const { Item } = await call<GetItemOutput>('GetItem', { TableName: 'store', Key: key('cluster', 'a') });
    expect(Item).toEqual({ ...item, count: { N: '7.5' } });
    expect(Item?.blob?.B).toBeInstanceOf(Uint8Array);
  });

  test('rows hold plain JSON only, so that a world on disk comes back the same', async () => {
    const { call, world } = await aTable();
    await call('PutItem', { TableName: 'store', Item: { ...key('a', 'b'), blob: { B: new Uint8Array([1, 2]) } } });
    const rows = [...world.tables.dump()];
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  });

  test('what is absent is answered without an Item', async () => {
    const { call } = await aTable();
    expect(await call('GetItem', { TableName: 'store', Key: key('no', 'one') })).toEqual({});
  });

  test('a condition that does not hold changes nothing and answers the item when asked', async () => {
    const { call, errorOf } = await aTable();
    await call('PutItem', { TableName: 'store', Item: { ...key('a', 'b'), holder: { S: 'first' } } });
    const error = await errorOf('PutItem', {
      TableName: 'store',
      Item: { ...key('a', 'b'), holder: { S: 'second' } },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    expect(error).toMatchObject({ name: 'ConditionalCheckFailedException', Item: { holder: { S: 'first' } } });
    const { Item } = await call<GetItemOutput>('GetItem', { TableName: 'store', Key: key('a', 'b') });
    expect(Item?.holder).toEqual({ S: 'first' });
  });

  test('an update of an absent item creates it with its key', async () => {
    const { call } = await aTable();
    const answer = await call('UpdateItem', {
      TableName: 'store',
      Key: key('a', 'b'),
      UpdateExpression: 'ADD #count :one',
      ExpressionAttributeNames: { '#count': 'count' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    });
    expect(answer).toEqual({ Attributes: { ...key('a', 'b'), count: { N: '1' } } });
  });

  test.each([
    ['UPDATED_OLD', { size: { N: '1' } }],
    ['UPDATED_NEW', { size: { N: '2' } }],
    ['ALL_OLD', { ...key('a', 'b'), size: { N: '1' }, other: { S: 'x' } }],
  ])('ReturnValues %s answers what it promises', async (ReturnValues, Attributes) => {
    const { call } = await aTable();
    await call('PutItem', { TableName: 'store', Item: { ...key('a', 'b'), size: { N: '1' }, other: { S: 'x' } } });
    const answer = await call('UpdateItem', {
      TableName: 'store',
      Key: key('a', 'b'),
      UpdateExpression: 'SET #size = #size + :one',
      ExpressionAttributeNames: { '#size': 'size' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues,
    });
    expect(answer).toEqual({ Attributes });
  });

  test.each([
    ['a key of the wrong type', { pk: { N: '1' }, sk: { S: 'x' } }, 'Type mismatch for key pk expected: S actual: N'],
    ['no sort key', { pk: { S: 'a' } }, 'Missing the key sk in the item'],
    ['an empty key', key('', 'x'), 'cannot contain an empty string value. Key: pk'],
    ['an index key of the wrong type', { ...key('a', 'b'), holder: { N: '1' } }, 'Type mismatch for Index Key holder'],
    ['an empty set', { ...key('a', 'b'), set: { SS: [] } }, 'An string set  may not be empty'],
    ['a set with doubles', { ...key('a', 'b'), set: { NS: ['1', '1.0'] } }, 'contains duplicates'],
    ['two types in one value', { ...key('a', 'b'), x: { S: 'a', N: '1' } }, 'more than one datatypes set'],
    ['a number that is none', { ...key('a', 'b'), x: { N: 'one' } }, 'cannot be converted to a numeric value'],
    ['a number of 39 digits', { ...key('a', 'b'), x: { N: '1'.repeat(39) } }, 'more than 38 significant digits'],
    ['more than 400 KB', { ...key('a', 'b'), x: { S: 'x'.repeat(400 * 1024) } }, 'Item size has exceeded'],
  ])('PutItem refuses %s', async (_, Item, message) => {
    const { errorOf } = await aTable();
    const error = await errorOf('PutItem', { TableName: 'store', Item });
    expect(error.name).toBe('ValidationException');
    expect(error.message).toContain(message);
  });

  test('a key that is not the table’s is refused', async () => {
    const { errorOf } = await aTable();
    const error = await errorOf('GetItem', { TableName: 'store', Key: { pk: { S: 'a' } } });
    expect(error.message).toBe('The provided key element does not match the schema');
  });

  test('an update must not touch the key', async () => {
    const { errorOf } = await aTable();
    const error = await errorOf('UpdateItem', {
      TableName: 'store',
      Key: key('a', 'b'),
      UpdateExpression: 'SET sk = :x',
      ExpressionAttributeValues: { ':x': { S: 'c' } },
    });
    expect(error.message).toContain('Cannot update attribute sk. This attribute is part of the key');
  });

  test('a parameter that is not modelled is refused, not ignored', async () => {
    const { errorOf } = await aTable();
    const error = await errorOf('GetItem', { TableName: 'store', Key: key('a', 'b'), ReturnConsumedCapacity: 'TOTAL' });
    expect(error.name).toBe('NotModelled');
  });

  test('an expired item stays readable for a while and is gone two days later', async () => {
    const { call, world } = await aTable();
    await call('UpdateTimeToLive', {
      TableName: 'store',
      TimeToLiveSpecification: { Enabled: true, AttributeName: 'expiresAt' },
    });
    const expiresAt = { N: String(Math.floor(world.clock.now() / 1000) + 60) };
    await call('PutItem', { TableName: 'store', Item: { ...key('a', 'b'), expiresAt } });
    await world.clock.advance({ hours: 1 });
    expect(await call('GetItem', { TableName: 'store', Key: key('a', 'b') })).toHaveProperty('Item');
    await world.clock.advance({ days: 2 });
    expect(await call('GetItem', { TableName: 'store', Key: key('a', 'b') })).toEqual({});
  });
});

describe('tables', () => {
  test('a table takes items only once it is active, and its name is free only after its deletion', async () => {
    const { call, errorOf, world } = testCloud([dynamodb]);
    const table = {
      TableName: 'locks',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    };
    await call('CreateTable', table);
    const put = { TableName: 'locks', Item: { id: { S: '1' } } };
    expect((await errorOf('PutItem', put)).name).toBe('ResourceNotFoundException');
    await world.clock.advance({ seconds: 10 });
    await call('PutItem', put);
    expect((await errorOf('CreateTable', table)).name).toBe('ResourceInUseException');

    await call('DeleteTable', { TableName: 'locks' });
    expect((await errorOf('CreateTable', table)).name).toBe('ResourceInUseException');
    await world.clock.advance({ seconds: 10 });
    expect((await errorOf('DescribeTable', { TableName: 'locks' })).name).toBe('ResourceNotFoundException');
    await call('CreateTable', table);
    await world.clock.advance({ seconds: 10 });
    expect(await call('Scan', { TableName: 'locks' })).toMatchObject({ Count: 0 });
  });

  test('a protected table is not deleted', async () => {
    const { call, errorOf } = await aTable({ DeletionProtectionEnabled: true });
    expect((await errorOf('DeleteTable', { TableName: 'store' })).message).toContain('protected against deletion');
    await call('UpdateTable', { TableName: 'store', DeletionProtectionEnabled: false });
    await call('DeleteTable', { TableName: 'store' });
  });

  test('point-in-time recovery is off until it is switched on', async () => {
    const { call } = await aTable();
    const status = async () =>
      (await call<{ ContinuousBackupsDescription: object }>('DescribeContinuousBackups', { TableName: 'store' }))
        .ContinuousBackupsDescription;
    expect(await status()).toMatchObject({ PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' } });
    await call('UpdateContinuousBackups', {
      TableName: 'store',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    expect(await status()).toMatchObject({ PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' } });
  });
});
