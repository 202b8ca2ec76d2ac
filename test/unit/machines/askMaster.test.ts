import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstanceInformationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { marshall } from '@aws-sdk/util-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { sendVerb } from '../../../shared/aws/commands.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { masterToAsk } from '../../../shared/reports/askMaster.ts';
import { aBlueprint } from '../../support/aBlueprint.ts';
import { someFacts } from '../spec/aSpec.ts';

const dynamodb = mockClient(DynamoDBClient);
const ssm = mockClient(SSMClient);
const masters = ['i-00000000000000000', 'i-00000000000000001', 'i-00000000000000002'];

beforeEach(() => {
  process.env.TABLE_NAME = 'clusters';
  const Items = masters.map((instanceId, index) => marshall({ slotKey: `master-${index}`, instanceId }));
  dynamodb.reset();
  dynamodb.on(QueryCommand).resolves({ Items });
  ssm.reset();
});

const plan: Plan = { spec: {} as Plan['spec'], generation: 1, facts: someFacts(), blueprint: aBlueprint() };

const connected = (...ids: readonly string[]) =>
  ssm
    .on(DescribeInstanceInformationCommand)
    .resolves({ InstanceInformationList: ids.map((InstanceId) => ({ InstanceId, PingStatus: 'Online' })) });

const asked = (attempts: number) =>
  Promise.all(Array.from({ length: attempts }, (_, attempt) => masterToAsk(plan, attempt)));

test('a master whose agent is silent is not asked, and each try asks another of the rest', async () => {
  connected(String(masters[2]), String(masters[1]));
  expect(await asked(3)).toEqual([masters[1], masters[2], masters[1]]);
});

test('where no agent answers, the state waits and says whose', async () => {
  connected();
  await expect(masterToAsk(plan, 0)).rejects.toMatchObject({
    name: 'NotReady',
    message: expect.stringContaining(masters.join(', ')),
  });
});

describe('a verb that Systems Manager does not take', () => {
  const send = (name: string) => {
    ssm.on(SendCommandCommand).rejects(Object.assign(new Error('refused'), { name }));
    return sendVerb({
      document: 'kubestep-NodeVerbs',
      instanceId: 'i-00000000000000000',
      verb: 'validate',
      operationId: '0'.repeat(32),
      fence: 1,
      arguments: {},
      timeoutSeconds: 60,
    });
  };

  test('waits for an agent that has not connected yet', async () => {
    await expect(send('InvalidInstanceId')).rejects.toMatchObject({
      name: 'NotReady',
      message: expect.stringContaining('i-00000000000000000 is not connected yet'),
    });
  });

  test('fails with every other reason as Systems Manager gives it', async () => {
    await expect(send('InvalidDocument')).rejects.toMatchObject({ name: 'InvalidDocument' });
  });
});
