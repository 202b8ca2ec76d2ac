import { callLog, resourceWrites } from '../support/callLog.ts';
import { clusterStands } from '../support/checks/clusterStands.ts';
import { lockOf, lockReleased, storedRow } from '../support/checks/lockReleased.ts';
import { nothingChanged } from '../support/checks/nothingLeaked.ts';
import {
  anAccount,
  type Snapshot,
  snapshotOf,
  type TestAccount,
  type TestAccountOptions,
} from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf, finish, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

let dead: Promise<{ arn: string; from: Snapshot }> | undefined;

/** A creation that died before its masters served, in an account where it would continue by now. */
async function aDeadCreation(options: Omit<TestAccountOptions, 'from'> = {}) {
  dead ??= (async () => {
    const failing = await anEmptyAccount({
      faults: { strike: ({ functionName }) => (/startMasters$/.test(functionName) ? 'die' : undefined) },
    });
    const arn = await startCreate(failing);
    await failing.until(failing.engine.whenEnded(arn));
    return { arn, from: snapshotOf(failing) };
  })();
  const { arn, from } = await dead;
  return { arn, account: await anAccount({ ...options, from }) };
}

const redrive = (account: TestAccount, executionArn: string) =>
  callAws(account, 'states:RedriveExecution', { executionArn });

/** What functions wrote while this execution was driven, however it ends. */
async function endOf(account: TestAccount, arn: string) {
  const { status, error, cause } = await account.until(account.engine.whenEnded(arn));
  return { status, error, cause };
}

test('of two concurrent operations one runs; the error of the other names the holder of the lock and since when', async () => {
  const account = await anAccountWithCluster();
  const ask = (requestId: string) =>
    account.request({ ...deletion, query: { requestId }, principal: { kind: 'administrator', arn: operator } });
  const answers = await account.until(Promise.all([ask('one'), ask('other')]));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const refused = JSON.parse(answers.find(({ status }) => status === 409)?.body ?? '{}');
  expect(refused.message).toMatch(
    /took the lock of cluster demo at this moment: delete-\w+|locked by deleteCluster delete-\w+ since/,
  );

  await account.clock.advance({ seconds: 30 });
  const { status, body } = await account.ask('DELETE', '/clusters/demo', undefined, {
    requestId: 'third',
    takeOver: 'true',
  });
  expect(status).toBe(409);
  expect(body.message).toMatch(/locked by deleteCluster delete-\w+ since 2026-\S+Z, and it is running/);
});

const operator = 'arn:aws:iam::123456789012:user/operator';
const deletion = { method: 'DELETE', path: '/clusters/demo' };

test('a dead holder’s lock is taken over after the quiet time, and the audit says from whom', async () => {
  const { arn, account } = await aDeadCreation();
  const refused = await account.ask('DELETE', '/clusters/demo', undefined, { requestId: 'delete' });
  expect([refused.status, refused.body.message]).toEqual([409, expect.stringMatching(/ended at .* without finishing/)]);

  const early = await account.ask('DELETE', '/clusters/demo', undefined, { requestId: 'delete', takeOver: 'true' });
  expect([early.status, early.body.retryAfterSeconds]).toEqual([409, expect.any(Number)]);
  await account.clock.advance({ seconds: early.body.retryAfterSeconds });
  const { fence } = await lockOf(account);
  const successor = await startDelete(account, 'demo', 'delete', true);
  expect(await lockOf(account)).toMatchObject({ fence: fence + 1, holder: { executionArn: successor } });
  expect(await storedRow(account, 'audit#demo', `lock-taken-over#${successor}`)).toMatchObject({
    detail: { from: arn },
  });
});

test('a run whose lock was taken over writes nothing when it is redriven, neither beside its successor nor after it', async () => {
  const log = callLog();
  const { arn, account } = await aDeadCreation({ observers: [log.observer] });
  await account.clock.advance({ seconds: 150 });
  const successor = await startDelete(account, 'demo', 'delete', true);
  await account.clock.advance({ seconds: 10 });

  await redrive(account, arn);
  expect(await endOf(account, arn)).toMatchObject({ status: 'FAILED', error: 'LockLost' });
  const ofCreation = () =>
    resourceWrites(log.calls).filter((write) => / ?kubestep-dev-(create|launch|start|issue|roll|render)/.test(write));
  expect(ofCreation()).toEqual([]);

  const deleted = await finish(account, successor, 0);
  expect(deleted.execution.status).toBe('SUCCEEDED');
  await account.clock.advance({ hours: 3 });
  const before = snapshotOf(account);
  await redrive(account, arn);
  expect(await endOf(account, arn)).toMatchObject({ status: 'FAILED', error: 'LockLost' });
  expect(ofCreation()).toEqual([]);
  expect(nothingChanged(before, snapshotOf(account))).toEqual([]);
});

test('a run that lost its lock is not resumed, and the answer names who has it', async () => {
  const { arn, account } = await aDeadCreation();
  await account.clock.advance({ seconds: 150 });
  await startDelete(account, 'demo', 'delete', true);
  const { runId } = JSON.parse(account.engine.describe(arn).input);
  const { status, body } = await account.ask('POST', `/clusters/demo/runs/${runId}/resume`);
  expect([status, body?.message]).toEqual([
    409,
    expect.stringMatching(/has lost the lock of cluster demo to delete-\w+/),
  ]);
});

test('executions that startWorkflow did not record are refused by their first state and write nothing', async () => {
  const log = callLog();
  const account = await anAccountWithCluster({ observers: [log.observer] });
  const created = await startCreate(account);
  const { clusterName, runId } = JSON.parse(account.engine.describe(created).input);
  const before = snapshotOf(account);
  for (const machine of ['createCluster', 'deleteCluster']) {
    for (const input of [
      { clusterName, runId },
      { clusterName, runId: 'delete-forged00' },
      { clusterName, runId, executionArn: created, run: { clusterName, runId, fence: 1, executionArn: created } },
    ]) {
      const { executionArn } = await callAws<{ executionArn: string }>(account, 'states:StartExecution', {
        stateMachineArn: created.replace(':execution:', ':stateMachine:').replace(/createCluster:.*/, machine),
        input: JSON.stringify(input),
      });
      expect(await endOf(account, executionArn)).toMatchObject({ status: 'FAILED', error: 'InvalidRequest' });
    }
  }
  expect(resourceWrites(log.calls)).toEqual([]);
  expect(
    nothingChanged(before, snapshotOf(account), /^(ec2|autoscaling|elasticLoadBalancing|iam|kms|dynamodb\.items)/),
  ).toEqual([]);
});

test('a function that nobody called through its run is refused before it writes', async () => {
  const log = callLog();
  const account = await anAccountWithCluster({ observers: [log.observer] });
  const clusterId = await clusterIdOf(account);
  const { planHash } = (await storedRow(account, 'clusters', 'demo')) as { planHash: string };
  const executionArn = await startCreate(account);
  const run = {
    runId: 'create-x',
    operation: 'deleteCluster',
    clusterName: 'demo',
    clusterId,
    planHash,
    executionArn,
    fence: 1,
  };
  const deployed = [...account.world.tables.table<{ name: string }>('lambda.functions').rows()].map(({ name }) => name);
  const steps = deployed.filter((name) =>
    /-(create|delete|launch|start(?!Workflow)|terminate|render|issue(?!Kubeconfig)|roll|apply|configure|mirror|disable|forget(?!Machine))/.test(
      name,
    ),
  );
  expect(steps.length).toBeGreaterThan(30);
  log.clear();
  for (const FunctionName of steps) {
    const { FunctionError, Payload } = await callAws<{ FunctionError?: string; Payload: Uint8Array }>(
      account,
      'lambda:Invoke',
      {
        FunctionName,
        Payload: Buffer.from(JSON.stringify({ run, attempt: 0 })),
      },
    );
    expect([FunctionName, FunctionError, JSON.parse(Buffer.from(Payload).toString()).errorType]).toEqual([
      FunctionName,
      'Unhandled',
      'LockLost',
    ]);
  }
  expect(resourceWrites(log.calls)).toEqual([]);
  expect(await clusterStands(account, clusterId)).toEqual([]);
  expect(await lockReleased(account)).toEqual([]);
});
