import { DynamoDBClient, GetItemCommand, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { callAs, connectClient } from '../../../../local/cloud/sdk.ts';
import { administrator } from '../../../support/testWorld.ts';
import { aTable } from './dynamodbWorld.ts';

test('the SDK’s client, marshaller and paginator work on the model as they are', async () => {
  const { cloud, world } = await aTable();
  const client = new DynamoDBClient({ region: 'us-east-1' });
  connectClient(client);
  const row = {
    pk: 'cluster',
    sk: 'a',
    nodes: 3,
    zones: new Set(['a', 'b']),
    nested: { list: [1, 'two', null, true] },
  };

  const read = await world.clock.runUntil(
    callAs({ cloud, principal: administrator }, async () => {
      await client.send(new PutItemCommand({ TableName: 'store', Item: marshall(row) }));
      for (const sk of ['b', 'c', 'd']) {
        await client.send(new PutItemCommand({ TableName: 'store', Item: marshall({ ...row, sk }) }));
      }
      const { Item = {} } = await client.send(
        new GetItemCommand({ TableName: 'store', Key: marshall({ pk: 'cluster', sk: 'a' }), ConsistentRead: true }),
      );
      const sorts: unknown[] = [];
      const pages = paginateQuery(
        { client, pageSize: 2 },
        {
          TableName: 'store',
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: marshall({ ':pk': 'cluster' }),
        },
      );
      for await (const page of pages) sorts.push(...(page.Items ?? []).map((item) => unmarshall(item).sk));
      return { item: unmarshall(Item), sorts };
    }),
  );
  expect(read).toEqual({ item: row, sorts: ['a', 'b', 'c', 'd'] });
});

test('a refused condition is the SDK’s error by name', async () => {
  const { cloud, world } = await aTable();
  const client = new DynamoDBClient({ region: 'us-east-1' });
  connectClient(client);
  const put = new PutItemCommand({
    TableName: 'store',
    Item: marshall({ pk: 'a', sk: 'b' }),
    ConditionExpression: 'attribute_exists(pk)',
  });
  const sent = callAs({ cloud, principal: administrator }, () => client.send(put));
  await expect(world.clock.runUntil(sent)).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
});
