import { anEngine, functionArn, machineArn, outputOf, types } from './harness.ts';

const starting = (suffix: string, parameters = {}) => ({
  StartAt: 'Start',
  States: {
    Start: {
      Type: 'Task',
      Resource: `arn:aws:states:::states:startExecution${suffix}`,
      Arguments: { StateMachineArn: machineArn('child'), Input: { n: 1 }, ...parameters },
      End: true,
    },
  },
});
const child = {
  StartAt: 'Rest',
  States: { Rest: { Type: 'Wait', Seconds: 60, Output: { done: '{% $states.input.n %}' }, End: true } },
};

test('.sync waits for the child and hands its output on as text, .sync:2 as JSON', async () => {
  for (const [suffix, output] of [
    ['.sync', '{"done":1}'],
    ['.sync:2', { done: 1 }],
  ] as const) {
    const { engine, run } = anEngine({ definition: starting(suffix), machines: { child } });
    const ended = await run();
    expect(outputOf(ended)).toMatchObject({ Output: output, Status: 'SUCCEEDED' });
    expect((ended.stopDate ?? 0) - ended.startDate).toBe(60_000);
    expect(types(engine, ended).slice(2, 6)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
    ]);
  }
});

test('without a pattern the parent continues at once', async () => {
  const { engine, run } = anEngine({ definition: starting('', { Name: 'given' }), machines: { child } });
  const ended = await run();
  expect(ended.stopDate).toBe(ended.startDate);
  expect(outputOf(ended)).toMatchObject({ ExecutionArn: expect.stringContaining(':execution:child:given') });
  expect(engine.list({ stateMachineArn: machineArn('child') }).map(({ status }) => status)).toEqual(['RUNNING']);
});

test("a child's failure is States.TaskFailed, with the child's description as its cause", async () => {
  const failing = { StartAt: 'Stop', States: { Stop: { Type: 'Fail', Error: 'Sad', Cause: 'story' } } };
  const { run } = anEngine({ definition: starting('.sync'), machines: { child: failing } });
  const ended = await run();
  expect(ended.error).toBe('States.TaskFailed');
  expect(JSON.parse(ended.cause ?? '')).toMatchObject({
    Error: 'Sad',
    Cause: 'story',
    Status: 'FAILED',
    Input: '{"n":1}',
  });
});

test('an unknown machine fails the task with the name of the service error', async () => {
  const { run } = anEngine({ definition: starting('.sync') });
  expect(await run()).toMatchObject({ status: 'FAILED', error: 'StepFunctions.StateMachineDoesNotExistException' });
});

test('a name that another execution has is refused', async () => {
  const { engine, run } = anEngine({ definition: starting('.sync', { Name: 'taken' }), machines: { child } });
  await engine.start({ stateMachineArn: machineArn('child'), name: 'taken', input: '{}' });
  expect(await run()).toMatchObject({ status: 'FAILED', error: 'StepFunctions.ExecutionAlreadyExistsException' });
});

test('stopping the parent stops the child that it waits for', async () => {
  const { engine, clock, start } = anEngine({ definition: starting('.sync'), machines: { child } });
  const { executionArn } = await start();
  await clock.advance({ seconds: 5 });
  await engine.stop({ executionArn });
  await clock.settle();
  expect(engine.list({ stateMachineArn: machineArn('child') }).map(({ status }) => status)).toEqual(['ABORTED']);
});

test('a redriven parent starts another child', async () => {
  const flaky = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: functionArn, End: true } } };
  const { engine, clock, run } = anEngine({
    definition: starting('.sync'),
    machines: { child: flaky },
    answers: { Work: [{ error: 'Boom' }, { output: 1 }] },
  });
  const failed = await run();
  await engine.redrive(failed.executionArn);
  expect((await clock.runUntil(engine.whenEnded(failed.executionArn))).status).toBe('SUCCEEDED');
  expect(engine.list({ stateMachineArn: machineArn('child') }).map(({ status }) => status)).toEqual([
    'SUCCEEDED',
    'FAILED',
  ]);
});
