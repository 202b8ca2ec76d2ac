import type { AttributeValue, GetItemOutput } from '@aws-sdk/client-dynamodb';
import { aTable, key } from './dynamodbWorld.ts';

const item: Record<string, AttributeValue> = {
  ...key('a', 'b'),
  phase: { S: 'running' },
  nodes: { N: '10' },
  zones: { SS: ['a', 'b'] },
  history: { L: [{ S: 'one' }, { S: 'two' }, { S: 'three' }] },
  claim: { M: { fence: { N: '3' }, arn: { S: 'arn:x' } } },
};

async function stored() {
  const account = await aTable();
  await account.call('PutItem', { TableName: 'store', Item: item });
  return account;
}

/** Whether the condition holds, asked by a delete. */
async function holds(ConditionExpression: string, values?: Record<string, AttributeValue>): Promise<boolean> {
  const { cloud, world } = await stored();
  const input = {
    TableName: 'store',
    Key: key('a', 'b'),
    ConditionExpression,
    ...(values && { ExpressionAttributeValues: values }),
  };
  const principal = { kind: 'service', service: 'test' } as const;
  const call = cloud.call({ principal, service: 'dynamodb', operation: 'DeleteItem', input });
  return world.clock.runUntil(
    call.then(
      () => true,
      (error: Error) => {
        if (error.name === 'ConditionalCheckFailedException') return false;
        throw error;
      },
    ),
  );
}

describe('conditions', () => {
  test.each<[string, Record<string, AttributeValue> | undefined, boolean]>([
    ['attribute_exists(claim.fence)', undefined, true],
    ['attribute_exists(claim.gone)', undefined, false],
    ['attribute_not_exists(history[3]) AND attribute_exists(history[2])', undefined, true],
    ['nodes = :n', { ':n': { N: '10.0' } }, true],
    ['nodes > :n', { ':n': { N: '9' } }, true],
    ['nodes = :n', { ':n': { S: '10' } }, false],
    ['gone <> :n', { ':n': { N: '1' } }, true],
    ['gone < :n', { ':n': { N: '1' } }, false],
    ['NOT gone = :n', { ':n': { N: '1' } }, true],
    ['phase IN (:a, :b)', { ':a': { S: 'failed' }, ':b': { S: 'running' } }, true],
    ['nodes BETWEEN :a AND :b AND phase = :p', { ':a': { N: '1' }, ':b': { N: '10' }, ':p': { S: 'running' } }, true],
    ['begins_with(phase, :p)', { ':p': { S: 'run' } }, true],
    ['contains(zones, :z)', { ':z': { S: 'b' } }, true],
    ['contains(history, :z)', { ':z': { S: 'two' } }, true],
    ['contains(phase, :z)', { ':z': { S: 'unni' } }, true],
    ['size(history) = :n', { ':n': { N: '3' } }, true],
    ['size(phase) > nodes', undefined, false],
    ['attribute_type(claim, :t)', { ':t': { S: 'M' } }, true],
    ['zones = :z', { ':z': { SS: ['b', 'a'] } }, true],
    ['phase = :x OR phase = :p AND nodes = :n', { ':x': { S: 'running' }, ':p': { S: 'x' }, ':n': { N: '0' } }, true],
    [
      '(phase = :x OR phase = :p) AND nodes = :n',
      { ':x': { S: 'running' }, ':p': { S: 'x' }, ':n': { N: '0' } },
      false,
    ],
    ['attribute_not_exists(toString)', undefined, true],
  ])('%s with %o is %p', async (condition, values, expected) => {
    expect(await holds(condition, values)).toBe(expected);
  });

  test.each<[string, object, string]>([
    [
      'status = :s',
      { ExpressionAttributeValues: { ':s': { S: 'x' } } },
      'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status',
    ],
    [
      'phase = :s',
      {},
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :s',
    ],
    [
      'attribute_exists(#p)',
      {},
      'Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #p',
    ],
    [
      'attribute_exists(phase)',
      { ExpressionAttributeNames: { '#p': 'phase' } },
      'Value provided in ExpressionAttributeNames unused in expressions: keys: {#p}',
    ],
    [
      'attribute_exists(phase)',
      { ExpressionAttributeValues: { ':p': { S: 'phase' } } },
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:p}',
    ],
    [
      'phase = = :p',
      { ExpressionAttributeValues: { ':p': { S: 'x' } } },
      'Invalid ConditionExpression: Syntax error; token: "=", near: "= = :p"',
    ],
    ['exists(phase)', {}, 'Invalid ConditionExpression: Invalid function name; function: exists'],
    [
      'phase < :p',
      { ExpressionAttributeValues: { ':p': { BOOL: true } } },
      'Incorrect operand type for operator or function',
    ],
    [' ', {}, 'Invalid ConditionExpression: The expression can not be empty;'],
  ])('AWS refuses %s with %o', async (ConditionExpression, more, message) => {
    const { errorOf } = await stored();
    const error = await errorOf('DeleteItem', { TableName: 'store', Key: key('a', 'b'), ConditionExpression, ...more });
    expect(error.name).toBe('ValidationException');
    expect(error.message).toContain(message);
  });

  test('values without any expression are refused', async () => {
    const { errorOf } = await stored();
    const values = { ExpressionAttributeValues: { ':x': { S: 'x' } } };
    const error = await errorOf('DeleteItem', { TableName: 'store', Key: key('a', 'b'), ...values });
    expect(error.message).toContain('can only be specified when using expressions');
  });
});

/** The item after an update. */
async function updated(UpdateExpression: string, values?: Record<string, AttributeValue>) {
  const { call } = await stored();
  const input = { TableName: 'store', Key: key('a', 'b'), UpdateExpression };
  await call('UpdateItem', { ...input, ...(values && { ExpressionAttributeValues: values }) });
  const { Item } = await call<GetItemOutput>('GetItem', { TableName: 'store', Key: key('a', 'b') });
  return Item;
}

describe('updates', () => {
  test.each<[string, Record<string, AttributeValue> | undefined, Record<string, AttributeValue | undefined>]>([
    [
      'SET phase = :p, claim.fence = claim.fence + :one',
      { ':p': { S: 'done' }, ':one': { N: '1' } },
      { phase: { S: 'done' }, claim: { M: { fence: { N: '4' }, arn: { S: 'arn:x' } } } },
    ],
    ['SET nodes = if_not_exists(nodes, :z) - :one', { ':z': { N: '0' }, ':one': { N: '1' } }, { nodes: { N: '9' } }],
    ['SET fresh = if_not_exists(fresh, :z) + :one', { ':z': { N: '0' }, ':one': { N: '1' } }, { fresh: { N: '1' } }],
    [
      'SET history = list_append(history, :more)',
      { ':more': { L: [{ S: 'four' }] } },
      { history: { L: [{ S: 'one' }, { S: 'two' }, { S: 'three' }, { S: 'four' }] } },
    ],
    [
      'SET history[9] = :x',
      { ':x': { S: 'end' } },
      { history: { L: [{ S: 'one' }, { S: 'two' }, { S: 'three' }, { S: 'end' }] } },
    ],
    ['REMOVE history[0], history[1], phase', undefined, { history: { L: [{ S: 'three' }] }, phase: undefined }],
    ['REMOVE claim.arn', undefined, { claim: { M: { fence: { N: '3' } } } }],
    [
      'ADD zones :z, nodes :n',
      { ':z': { SS: ['c'] }, ':n': { N: '-3' } },
      { zones: { SS: ['a', 'b', 'c'] }, nodes: { N: '7' } },
    ],
    ['DELETE zones :z', { ':z': { SS: ['a', 'b'] } }, { zones: undefined }],
    ['SET phase = nodes, nodes = phase', undefined, { phase: { N: '10' }, nodes: { S: 'running' } }],
    ['set nodes = :n remove phase', { ':n': { N: '1' } }, { nodes: { N: '1' }, phase: undefined }],
  ])('%s with %o', async (expression, values, expected) => {
    const after = await updated(expression, values);
    for (const [name, value] of Object.entries(expected)) expect(after?.[name]).toEqual(value);
  });

  test.each<[string, Record<string, AttributeValue> | undefined, string]>([
    ['SET claim.fence = :x, claim = :x', { ':x': { N: '1' } }, 'Two document paths overlap with each other'],
    ['SET history[0] = :x, history.a = :x', { ':x': { N: '1' } }, 'Two document paths conflict with each other'],
    ['SET phase = :x SET nodes = :x', { ':x': { N: '1' } }, 'The "SET" section can only be used once'],
    [
      'SET gone.deep = :x',
      { ':x': { N: '1' } },
      'The document path provided in the update expression is invalid for update',
    ],
    ['SET phase = gone', undefined, 'refers to an attribute that does not exist in the item'],
    ['SET nodes = phase + :x', { ':x': { N: '1' } }, 'An operand in the update expression has an incorrect data type'],
    [
      'ADD claim :x',
      { ':x': { S: 'text' } },
      'Incorrect operand type for operator or function; operator: ADD, operand type: STRING',
    ],
    ['SET phase = other(:x, :x)', { ':x': { N: '1' } }, 'Invalid function name; function: other'],
  ])('AWS refuses %s with %o', async (expression, values, message) => {
    await expect(updated(expression, values)).rejects.toThrow(message);
  });
});

describe('projections', () => {
  test('names parts of maps and lists', async () => {
    const { call } = await stored();
    const { Item } = await call<GetItemOutput>('GetItem', {
      TableName: 'store',
      Key: key('a', 'b'),
      ProjectionExpression: 'claim.fence, history[2], history[0], gone',
    });
    expect(Item).toEqual({ claim: { M: { fence: { N: '3' } } }, history: { L: [{ S: 'one' }, { S: 'three' }] } });
  });
});
