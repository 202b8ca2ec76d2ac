import type { JsonObject } from '../../../local/interpreter/json.ts';
import { anEngine, outputOf, types } from './harness.ts';

const waiting = (fields: JsonObject = {}): JsonObject => ({
  StartAt: 'Wait',
  States: {
    Wait: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Arguments: { FunctionName: 'f', Payload: { token: '{% $states.context.Task.Token %}' } },
      End: true,
      ...fields,
    },
  },
});

const answers = { Wait: [{ output: { StatusCode: 200 } }] };

async function aWaitingTask(fields: JsonObject = {}) {
  const world = anEngine({ definition: waiting(fields), answers });
  const { executionArn } = await world.start();
  await world.clock.settle();
  return { ...world, executionArn, token: () => world.requests.at(-1)?.taskToken ?? '' };
}

test('the token is in the arguments, and its answer is the result', async () => {
  const { engine, clock, requests, executionArn, token } = await aWaitingTask();
  expect(requests[0]?.arguments).toMatchObject({ Payload: { token: token() } });
  await clock.advance({ days: 3 });
  await engine.sendTaskSuccess({ taskToken: token(), output: '{"ok":true}' });
  const ended = await clock.runUntil(engine.whenEnded(executionArn));
  expect(outputOf(ended)).toEqual({ ok: true });
  expect(types(engine, ended).slice(2, -2)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
});

test('a token that is answered while its handler still runs counts once the handler is done', async () => {
  const world = anEngine({
    definition: waiting(),
    carryOut: async ({ taskToken = '' }) => {
      await world.engine.sendTaskSuccess({ taskToken, output: '1' });
      return {};
    },
  });
  const ended = await world.run();
  expect(outputOf(ended)).toBe(1);
  expect(types(world.engine, ended)).toContain('TaskSubmitted');
});

test('a token answered before its handler died counts', async () => {
  const world = anEngine({
    definition: waiting(),
    carryOut: async ({ taskToken = '' }) => {
      await world.engine.sendTaskSuccess({ taskToken, output: '1' });
      throw new Error('lost');
    },
  });
  expect(outputOf(await world.run())).toBe(1);
});

test('a failure through the token may have neither error nor cause, and States.ALL still catches it', async () => {
  const { engine, clock, executionArn, token } = await aWaitingTask({
    Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Wait', Output: {} }],
  });
  const first = token();
  await engine.sendTaskFailure({ taskToken: first });
  await clock.settle();
  await engine.sendTaskSuccess({ taskToken: token(), output: '"second"' });
  expect(token()).not.toBe(first);
  expect(outputOf(await clock.runUntil(engine.whenEnded(executionArn)))).toBe('second');
});

test('a token counts once: afterwards it is TaskTimedOut; rubbish is InvalidToken', async () => {
  const { engine, token } = await aWaitingTask();
  await engine.sendTaskSuccess({ taskToken: token(), output: '1' });
  await expect(engine.sendTaskSuccess({ taskToken: token(), output: '1' })).rejects.toMatchObject({
    name: 'TaskTimedOut',
  });
  await expect(engine.sendTaskFailure({ taskToken: 'rubbish' })).rejects.toMatchObject({ name: 'InvalidToken' });
  const foreign = Buffer.from(JSON.stringify(['arn:aws:states:::execution:a:b', '0', 2, 'x'])).toString('base64');
  await expect(engine.sendTaskHeartbeat({ taskToken: foreign })).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
});

test('output that is no JSON is refused', async () => {
  const { engine, token } = await aWaitingTask();
  await expect(engine.sendTaskSuccess({ taskToken: token(), output: 'nope' })).rejects.toMatchObject({
    name: 'InvalidOutput',
  });
});

test('heartbeats keep a task alive; a missed one ends it as a time-out that States.HeartbeatTimeout names', async () => {
  const { engine, clock, executionArn, token } = await aWaitingTask({
    HeartbeatSeconds: 60,
    Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Wait', Output: {} }],
  });
  const first = token();
  for (let beat = 0; beat < 5; beat++) {
    await clock.advance({ seconds: 50 });
    await engine.sendTaskHeartbeat({ taskToken: first });
  }
  expect(types(engine, { executionArn })).not.toContain('TaskTimedOut');
  await clock.advance({ seconds: 61 });
  expect(types(engine, { executionArn }).filter((type) => type === 'TaskTimedOut')).toHaveLength(1);
  await expect(engine.sendTaskHeartbeat({ taskToken: first })).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('a missed heartbeat that nobody catches fails with States.Timeout and no cause', async () => {
  const { engine, clock, executionArn } = await aWaitingTask({ HeartbeatSeconds: 60, TimeoutSeconds: 600 });
  const ended = await clock.runUntil(engine.whenEnded(executionArn));
  expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  expect(ended.cause).toBeUndefined();
  expect((ended.stopDate ?? 0) - ended.startDate).toBe(60_000);
  expect(types(engine, ended).slice(-2)).toEqual(['TaskTimedOut', 'ExecutionFailed']);
});
