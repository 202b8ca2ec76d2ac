import { looksAt } from '../../cli/progress/looks.ts';
import { readStatus } from '../../cli/runs.ts';
import type { Target } from '../../cli/target.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { startCreate } from '../support/runs.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(240_000);

/** Waits a second 1,250 times: 5,000 events, and those of its beginning and its end. */
const definition = {
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  States: {
    Begin: { Type: 'Pass', Assign: { left: 1250 }, Next: 'Sleep' },
    Sleep: { Type: 'Wait', Seconds: 1, Next: 'Again' },
    Again: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $left > 1 %}', Assign: { left: '{% $left - 1 %}' }, Next: 'Sleep' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

/** A run of the cluster demo whose execution is of that machine. */
async function aLongRun(account: TestAccount) {
  const created = await startCreate(account);
  const { runId } = JSON.parse(account.engine.describe(created).input) as { runId: string };
  const { stateMachineArn } = await callAws<{ stateMachineArn: string }>(account, 'states:CreateStateMachine', {
    name: 'kubestep-dev-long',
    definition: JSON.stringify(definition),
    roleArn: 'arn:aws:iam::123456789012:role/none',
  });
  const { executionArn } = await callAws<{ executionArn: string }>(account, 'states:StartExecution', {
    stateMachineArn,
    name: 'demo-long',
    input: '{}',
  });
  await continueIn(account, runId, executionArn);
  return { run: { cluster: 'demo', runId }, executionArn, stateMachineArn };
}

/** Says in the run's record which execution it is. */
const continueIn = (account: TestAccount, runId: string, executionArn: string) =>
  callAws(account, 'dynamodb:UpdateItem', {
    TableName: 'kubestep-dev',
    Key: { pk: { S: 'cluster#demo' }, sk: { S: `run#${runId}` } },
    UpdateExpression: 'SET executionArn = :arn',
    ExpressionAttributeValues: { ':arn': { S: executionArn } },
  });

const targetOf = (account: TestAccount) =>
  ({
    request: ({ method, path, query, body }) => account.ask(method, path, body, query && { ...query }),
  }) as Pick<Target, 'request'> as Target;

test('watching a run of 5,000 events reads each of them once, and asks for none to know how far it is', async () => {
  const calls: string[] = [];
  const account = await anEmptyAccount({ observers: [{ before: ({ operation }) => void calls.push(operation) }] });
  const { run } = await aLongRun(account);
  const target = targetOf(account);
  const reads = () => calls.filter((operation) => operation === 'GetExecutionHistory').length;
  const look = looksAt(target, run);

  let looks = 0;
  let description = await look();
  for (looks = 1; description.status === 'RUNNING'; looks += 1) {
    await account.clock.advance({ minutes: 1 });
    description = await look();
  }
  expect(looks).toBeGreaterThan(20);
  expect(reads()).toBe(looks);
  expect(description.view.events).toBeGreaterThan(5000);

  // A look from the beginning reads all six pages, and sees the same.
  const { body } = await account.ask('GET', `/clusters/demo/runs/${run.runId}`);
  expect(reads()).toBe(looks + 6);
  expect(description).toEqual(body);

  expect((await readStatus(target, run)).status).toBe('SUCCEEDED');
  expect(reads()).toBe(looks + 6);
});

test('a watch that comes late to a run reads its pages once, and a run that continues in another execution from its first event', async () => {
  const account = await anEmptyAccount();
  const { run, stateMachineArn } = await aLongRun(account);
  await account.clock.advance({ minutes: 20 });
  const look = looksAt(targetOf(account), run);
  expect((await look()).view.events).toBeGreaterThan(4000);

  const { executionArn } = await callAws<{ executionArn: string }>(account, 'states:StartExecution', {
    stateMachineArn,
    name: 'demo-long--2',
    input: '{}',
  });
  await continueIn(account, run.runId, executionArn);
  await account.clock.advance({ seconds: 30 });
  const again = await look();
  expect(again.view.events).toBeLessThan(200);
  expect(again.view.states[0]?.name).toBe('Begin');
});

test.each(['1', 'demo-long:-1', 'demo-long:x', 'a b:1', ':1'])('%s is no event to begin after', async (after) => {
  const account = await anEmptyAccount();
  const { run } = await aLongRun(account);
  const { status, body } = await account.ask('GET', `/clusters/demo/runs/${run.runId}`, undefined, { after });
  expect([status, body.message]).toEqual([400, 'after is 0, or EXECUTION:EVENT']);
});
