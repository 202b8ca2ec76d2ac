import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, ListRulesCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateKeyCommand, KMSClient, NotFoundException, paginateListKeys, SignCommand } from '@aws-sdk/client-kms';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import {
  CreateScheduleGroupCommand,
  GetScheduleGroupCommand,
  ResourceNotFoundException,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { GetParameterCommand, ParameterNotFound, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { functions } from '../../local/cloud/lambda/functions.ts';
import { aServedAccount, type ServedAccount } from './servedAccount.ts';

let account: ServedAccount;
beforeAll(async () => {
  account = await aServedAccount();
});
afterAll(() => account.close());

describe('DynamoDB', () => {
  const dynamodb = () => new DynamoDBClient(account.client);

  test('items come back as they were put, bytes and numbers included', async () => {
    await dynamodb().send(
      new CreateTableCommand({
        TableName: 'things',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      }),
    );
    const Item = {
      pk: { S: 'a' },
      bytes: { B: new Uint8Array([0, 255]) },
      many: { L: [{ N: '1.5' }, { BOOL: true }] },
    };
    await dynamodb().send(new PutItemCommand({ TableName: 'things', Item }));
    const found = await dynamodb().send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: 'a' } } }));
    expect(found.Item).toEqual(Item);
  });

  test('a condition that does not hold is the client’s own exception, with its reasons', async () => {
    const put = { TableName: 'things', Item: { pk: { S: 'a' } }, ConditionExpression: 'attribute_not_exists(pk)' };
    await expect(dynamodb().send(new PutItemCommand(put))).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    const failed = await dynamodb()
      .send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }] }))
      .catch((error: Error) => error);
    expect(failed).toBeInstanceOf(TransactionCanceledException);
    expect((failed as TransactionCanceledException).CancellationReasons?.[0]?.Code).toBe('ConditionalCheckFailed');
  });
});

test('KMS makes keys, pages over them and signs', async () => {
  const kms = new KMSClient(account.client);
  const made = [];
  for (let index = 0; index < 3; index += 1) {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }));
    made.push(KeyMetadata?.KeyId);
    expect(KeyMetadata?.CreationDate).toBeInstanceOf(Date);
  }
  const listed = [];
  for await (const page of paginateListKeys({ client: kms, pageSize: 2 }, {})) listed.push(...(page.Keys ?? []));
  expect(listed.map(({ KeyId }) => KeyId).toSorted()).toEqual(made.toSorted());
  const sign = { KeyId: made[0], Message: new Uint8Array([1]), SigningAlgorithm: 'ECDSA_SHA_256' as const };
  expect((await kms.send(new SignCommand(sign))).Signature?.length).toBeGreaterThan(60);
  await expect(kms.send(new SignCommand({ ...sign, KeyId: 'alias/none' }))).rejects.toBeInstanceOf(NotFoundException);
});

test('SSM keeps parameters and names what is missing', async () => {
  const ssm = new SSMClient(account.client);
  await ssm.send(new PutParameterCommand({ Name: '/a', Value: 'ä <b>', Type: 'String' }));
  expect((await ssm.send(new GetParameterCommand({ Name: '/a' }))).Parameter?.Value).toBe('ä <b>');
  await expect(ssm.send(new GetParameterCommand({ Name: '/b' }))).rejects.toBeInstanceOf(ParameterNotFound);
});

test('EventBridge, Service Quotas and Step Functions answer their clients', async () => {
  const events = new EventBridgeClient(account.client);
  await events.send(new PutRuleCommand({ Name: 'often', EventPattern: '{"source":["a"]}' }));
  expect((await events.send(new ListRulesCommand({}))).Rules).toMatchObject([{ Name: 'often', State: 'ENABLED' }]);

  const quotas = new ServiceQuotasClient(account.client);
  const { Quotas } = await quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'ec2' }));
  expect(Quotas?.[0]?.Value).toEqual(expect.any(Number));

  const sfn = new SFNClient(account.client);
  expect((await sfn.send(new ListStateMachinesCommand({}))).stateMachines).toEqual([]);
  const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:none:none';
  await expect(sfn.send(new DescribeExecutionCommand({ executionArn }))).rejects.toBeInstanceOf(ExecutionDoesNotExist);
});

test('the scheduler’s REST binds names to the path', async () => {
  const scheduler = new SchedulerClient(account.client);
  await scheduler.send(new CreateScheduleGroupCommand({ Name: 'nightly' }));
  expect(await scheduler.send(new GetScheduleGroupCommand({ Name: 'nightly' }))).toMatchObject({ Name: 'nightly' });
  await expect(scheduler.send(new GetScheduleGroupCommand({ Name: 'none' }))).rejects.toBeInstanceOf(
    ResourceNotFoundException,
  );
});

test('Lambda lists what is deployed, page by page', async () => {
  const { world } = account.embedded;
  for (const name of ['b', 'a', 'c']) {
    const arn = `arn:aws:lambda:us-east-1:${world.account}:function:${name}`;
    const roleArn = `arn:aws:iam::${world.account}:role/${name}`;
    functions(world).put(name, { name, arn, roleArn, source: name, timeoutSeconds: 29, environment: { TABLE: 't' } });
  }
  const client = new LambdaClient(account.client);
  const pages = [];
  for await (const { Functions = [] } of paginateListFunctions({ client, pageSize: 2 }, {})) pages.push(Functions);
  expect(pages.map((page) => page.map(({ FunctionName }) => FunctionName))).toEqual([['a', 'b'], ['c']]);
  expect(pages[1]?.[0]).toMatchObject({ Timeout: 29, Version: '$LATEST', Environment: { Variables: { TABLE: 't' } } });
});
