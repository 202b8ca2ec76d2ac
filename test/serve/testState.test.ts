import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeStateMachineCommand,
  InvalidDefinition,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  TestStateCommand,
  type TestStateInput,
} from '@aws-sdk/client-sfn';
import { aServedAccount, type ServedAccount } from './servedAccount.ts';

let account: ServedAccount;
let sfn: SFNClient;
beforeAll(async () => {
  account = await aServedAccount();
  // There is no host sync-127.0.0.1.
  sfn = new SFNClient({ ...account.client, disableHostPrefix: true });
});
afterAll(() => account.close());

const charge = {
  Type: 'Task',
  Resource: 'arn:aws:lambda:us-east-1:123456789012:function:charge',
  Arguments: { order: '{% $states.input.order %}', by: '{% $who %}' },
  Output: '{% $states.result.paid %}',
  Retry: [{ ErrorEquals: ['Late'] }, { ErrorEquals: ['Busy'], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2 }],
  Catch: [{ ErrorEquals: ['Refused'], Output: '{% $states.errorOutput.Cause %}', Next: 'Answer' }],
  Next: 'Ship',
};

const testState = ({ definition, ...input }: Omit<Partial<TestStateInput>, 'definition'> & { definition: object }) =>
  sfn.send(new TestStateCommand({ definition: JSON.stringify({ QueryLanguage: 'JSONata', ...definition }), ...input }));

const testCharge = (mock: TestStateInput['mock'], retrierRetryCount = 0) =>
  testState({
    definition: charge,
    input: '{"order":7}',
    variables: '{"who":"Ann"}',
    inspectionLevel: 'DEBUG',
    mock,
    stateConfiguration: { retrierRetryCount },
  });

test('a task is tested with a mocked result, and shows what it would send', async () => {
  const { status, output, nextState, inspectionData } = await testCharge({ result: '{"paid":true}' });
  expect([status, output, nextState]).toEqual(['SUCCEEDED', 'true', 'Ship']);
  expect(JSON.parse(inspectionData?.afterArguments ?? '')).toEqual({ order: 7, by: 'Ann' });
});

test('an error that a Retrier catches is returned with the time until the next attempt, until its attempts are used up', async () => {
  const busy = { errorOutput: { error: 'Busy', cause: 'later' } };
  const again = await testCharge(busy, 1);
  expect(again).toMatchObject({ status: 'RETRIABLE', error: 'Busy', cause: 'later' });
  expect(again.inspectionData?.errorDetails).toMatchObject({ retryIndex: 1, retryBackoffIntervalSeconds: 4 });
  expect((await testCharge(busy, 3)).status).toBe('FAILED');
});

test('an error that a Catcher takes leads to its state with its output', async () => {
  const caught = await testCharge({ errorOutput: { error: 'Refused', cause: 'no money' } });
  expect(caught).toMatchObject({ status: 'CAUGHT_ERROR', error: 'Refused', output: '"no money"', nextState: 'Answer' });
});

test('a Choice of a whole machine is tested by its name', async () => {
  const choice = {
    Type: 'Choice',
    Choices: [{ Condition: '{% $states.input.total > 10 %}', Next: 'Ask' }],
    Default: 'Take',
  };
  const definition = {
    StartAt: 'Decide',
    States: { Decide: choice, Ask: { Type: 'Succeed' }, Take: { Type: 'Succeed' } },
  };
  const decide = (total: number) => testState({ definition, stateName: 'Decide', input: JSON.stringify({ total }) });
  expect((await decide(11)).nextState).toBe('Ask');
  expect((await decide(10)).nextState).toBe('Take');
  await expect(testState({ definition, stateName: 'None' })).rejects.toThrow('no state None');
});

test('a Fail fails, a Succeed leads nowhere, and a wrong state is refused', async () => {
  const failed = await testState({ definition: { Type: 'Fail', Error: 'Empty', Cause: 'nothing ordered' } });
  expect(failed).toMatchObject({ status: 'FAILED', error: 'Empty', cause: 'nothing ordered' });
  const succeeded = await testState({ definition: { Type: 'Succeed' }, input: '{"a":1}' });
  expect([succeeded.status, succeeded.output, succeeded.nextState]).toEqual(['SUCCEEDED', '{"a":1}', undefined]);
  await expect(testState({ definition: { Type: 'Pass' } })).rejects.toBeInstanceOf(InvalidDefinition);
});

test('a machine that is deleted ends its executions, and deleting it again changes nothing', async () => {
  const definition = JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Wait',
    States: { Wait: { Type: 'Wait', Seconds: 30_000_000, End: true } },
  });
  const roleArn = 'arn:aws:iam::123456789012:role/somebody';
  const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'Short', definition, roleArn }));
  await sfn.send(new StartExecutionCommand({ stateMachineArn }));
  await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
  await sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
  const describe = sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
  await expect(describe).rejects.toBeInstanceOf(StateMachineDoesNotExist);
  const executions = account.embedded.engine.list({ stateMachineArn: String(stateMachineArn) });
  expect(executions.map(({ status }) => status)).toEqual(['ABORTED']);
});
