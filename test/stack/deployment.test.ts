import {
  DescribeTableCommand,
  DynamoDBClient,
  QueryCommand,
  ResourceNotFoundException,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';

interface Plugin {
  readonly hooks: Readonly<Record<string, () => unknown>>;
}

const Deployment = jest.requireActual<new (serverless: object) => Plugin>('../../resources/deployment.cjs');

const dynamodb = mockClient(DynamoDBClient);
beforeEach(() => dynamodb.reset());

/** What the framework hands to a plugin, as far as this one looks. */
const frameworkIn = (region: string) => ({
  service: { custom: { table: 'kubestep-dev' } },
  classes: { Error },
  getProvider: () => ({ getRegion: () => region, getAwsSdkV3Config: async () => ({ region }) }),
});

const run = async (hook: string, region = 'us-east-1') => new Deployment(frameworkIn(region)).hooks[hook]?.();

test('a removal under living clusters is refused, by their names, before anything goes', async () => {
  dynamodb.on(QueryCommand).resolves({ Items: [{ sk: { S: 'demo' } }, { sk: { S: 'shop' } }] });
  await expect(run('before:remove:remove')).rejects.toThrow(/clusters: demo, shop.*kubestep delete/);
});

test('a deployment without clusters, or that never got its table, is removed', async () => {
  dynamodb.on(QueryCommand).resolves({ Items: [] });
  await expect(run('before:remove:remove')).resolves.toBeUndefined();
  dynamodb.on(QueryCommand).rejects(new ResourceNotFoundException({ message: 'no table', $metadata: {} }));
  await expect(run('before:remove:remove')).resolves.toBeUndefined();
});

test('the table is protected against deletion once a deploy has succeeded, and only once', async () => {
  dynamodb.on(DescribeTableCommand).resolvesOnce({ Table: { DeletionProtectionEnabled: false } });
  await run('after:deploy:deploy');
  expect(dynamodb).toHaveReceivedCommandWith(UpdateTableCommand, {
    TableName: 'kubestep-dev',
    DeletionProtectionEnabled: true,
  });

  dynamodb.on(DescribeTableCommand).resolves({ Table: { DeletionProtectionEnabled: true } });
  await run('after:deploy:deploy');
  expect(dynamodb).toHaveReceivedCommandTimes(UpdateTableCommand, 1);
});

test('regions of China are refused with a sentence, GovCloud is not', async () => {
  await expect(run('before:package:initialize', 'cn-north-1')).rejects.toThrow(/cn-north-1.*never tried/);
  await expect(run('before:package:initialize', 'us-gov-west-1')).resolves.toBeUndefined();
});

test('sls info and sls deploy say where the deployment is reached', () => {
  const serviceOutputs = new Map<string, string>();
  const endpoints = ['httpApi: https://abc.execute-api.us-east-1.amazonaws.com'];
  const framework = {
    ...frameworkIn('us-east-1'),
    serviceOutputs,
    pluginManager: { plugins: [{}, { gatheredData: { info: { endpoints } } }] },
  };
  new Deployment(framework).hooks['after:aws:info:displayEndpoints']?.();
  expect(serviceOutputs.get('endpoint')).toBe('https://abc.execute-api.us-east-1.amazonaws.com');
});
