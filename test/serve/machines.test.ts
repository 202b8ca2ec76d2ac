import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  InvalidDefinition,
  SFNClient,
  StartExecutionCommand,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn';
import { createMocks } from '../../local/serve/stepFunctions/createMocks.ts';
import { aServedAccount, type ServedAccount } from './servedAccount.ts';

const charge = 'arn:aws:lambda:us-east-1:123456789012:function:charge';

/** Somebody's orders: a Lambda by its ARN, one by its integration, one that is waited for. */
const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Charge',
  States: {
    Charge: {
      Type: 'Task',
      Resource: charge,
      Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 1 }],
      Catch: [{ ErrorEquals: ['Refused'], Output: '{% {"refused": $states.errorOutput.Cause} %}', Next: 'Answer' }],
      Next: 'Ship',
    },
    Ship: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: 'ship', Payload: '{% $states.input %}' },
      Output: '{% $states.result.Payload %}',
      Next: 'Confirm',
    },
    Confirm: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'confirm', Payload: { token: '{% $states.context.Task.Token %}' } },
      End: true,
    },
    Answer: { Type: 'Succeed' },
  },
});

const mocks = {
  StateMachines: {
    Orders: {
      TestCases: {
        Busy: { Charge: 'BusyTwice', Ship: 'Shipped', Confirm: 'Confirmed' },
        Refused: { Charge: 'Refused' },
        TooShort: { Charge: 'BusyOnce' },
      },
    },
  },
  MockedResponses: {
    BusyTwice: { '0-1': { Throw: { Error: 'Busy', Cause: 'later' } }, '2': { Return: { paid: true } } },
    BusyOnce: { '0': { Throw: { Error: 'Busy' } } },
    Refused: { '0': { Throw: { Error: 'Refused', Cause: 'no money' } } },
    Shipped: { '0': { Return: { StatusCode: 200, Payload: { shipped: 1 } } } },
    Confirmed: { '0': { Return: { confirmed: true } } },
  },
};

let account: ServedAccount;
let sfn: SFNClient;
let stateMachineArn: string;
const folder = mkdtempSync(join(tmpdir(), 'kubestep-mocks-'));

beforeAll(async () => {
  const file = join(folder, 'mocks.json');
  writeFileSync(file, JSON.stringify(mocks));
  account = await aServedAccount({ mocks: createMocks(file) });
  sfn = new SFNClient(account.client);
  const roleArn = 'arn:aws:iam::123456789012:role/somebody';
  const created = await sfn.send(new CreateStateMachineCommand({ name: 'Orders', definition, roleArn }));
  stateMachineArn = String(created.stateMachineArn);
});
afterAll(async () => {
  await account.close();
  rmSync(folder, { recursive: true });
});

/** Starts a test case and waits for its end. */
async function run(testCase: string) {
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: `${stateMachineArn}#${testCase}`, input: '{"order":1}' }),
  );
  for (let looks = 0; looks < 200; looks += 1) {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (described.status !== 'RUNNING') return described;
  }
  throw new Error(`${testCase} has not ended`);
}

test('a machine of somebody else runs with its tasks answered by the mocks, attempt by attempt', async () => {
  const { status, output, executionArn } = await run('Busy');
  expect([status, JSON.parse(String(output))]).toEqual(['SUCCEEDED', { confirmed: true }]);
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
  expect(events.filter(({ type }) => type === 'LambdaFunctionFailed')).toHaveLength(2);
  expect(events[0]?.timestamp).toBeInstanceOf(Date);
});

test('a mocked error is caught as a real one', async () => {
  const { status, output } = await run('Refused');
  expect([status, JSON.parse(String(output))]).toEqual(['SUCCEEDED', { refused: 'no money' }]);
});

test('an attempt that the mocks do not know fails the run and says so', async () => {
  const { status, cause } = await run('TooShort');
  expect(status).toBe('FAILED');
  expect(cause).toMatch(/BusyOnce says nothing of call 1 of Charge/);
});

test('a definition is judged without being created, and refused when it is wrong', async () => {
  const validate = (text: string) => sfn.send(new ValidateStateMachineDefinitionCommand({ definition: text }));
  expect(await validate(definition)).toMatchObject({ result: 'OK', diagnostics: [], truncated: false });
  const wrong = definition.replace('"Next":"Ship"', '"Next":"Nowhere"');
  const judged = await validate(wrong);
  expect(judged.result).toBe('FAIL');
  expect(judged.diagnostics?.map(({ location }) => location)).toContain('/States/Charge/Next');
  const roleArn = 'arn:aws:iam::123456789012:role/somebody';
  const creation = sfn.send(new CreateStateMachineCommand({ name: 'Wrong', definition: wrong, roleArn }));
  await expect(creation).rejects.toBeInstanceOf(InvalidDefinition);
});

test('a file of mocks that is none says where', () => {
  const file = join(folder, 'wrong.json');
  writeFileSync(file, JSON.stringify({ ...mocks, MockedResponses: { A: { first: { Return: 1 } } } }));
  expect(() => createMocks(file)).toThrow(/MockedResponses\.A/);
});
