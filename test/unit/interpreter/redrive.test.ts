import { anEngine, functionArn, outputOf, types } from './harness.ts';

const task = { Type: 'Task', Resource: functionArn } as const;
const boom = { error: 'Boom' } as const;

test('a redrive continues at the failed state, with its recorded input, in the same history', async () => {
  const { engine, clock, run, requests } = anEngine({
    definition: {
      StartAt: 'First',
      States: {
        First: { ...task, Output: { first: 1 }, Next: 'Second' },
        Second: { ...task, Output: '{% $states.input.first + 1 %}', End: true },
      },
    },
    answers: { Second: [boom, { output: 'fixed' }] },
  });
  const failed = await run();
  expect(failed.status).toBe('FAILED');
  const before = types(engine, failed);

  await engine.redrive(failed.executionArn);
  const ended = await clock.runUntil(engine.whenEnded(failed.executionArn));

  expect(outputOf(ended)).toBe(2);
  expect(ended.redriveCount).toBe(1);
  expect(requests.map(({ stateName }) => stateName)).toEqual(['First', 'Second', 'Second']);
  expect(requests.map(({ redriveCount }) => redriveCount)).toEqual([0, 0, 1]);
  const after = types(engine, failed);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after.slice(before.length)).toEqual([
    'ExecutionRedriven',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});

test('in a Parallel only the branch that failed and the one that was aborted run again', async () => {
  const branch = (name: string) => ({ StartAt: name, States: { [name]: { ...task, End: true } } });
  const { engine, clock, run, requests } = anEngine({
    definition: {
      StartAt: 'All',
      States: { All: { Type: 'Parallel', Branches: [branch('Quick'), branch('Bad'), branch('Slow')], End: true } },
    },
    answers: {
      Quick: [{ output: 'quick' }],
      Bad: [{ ...boom, afterSeconds: 5 }, { output: 'good' }],
      Slow: [{ output: 'slow', afterSeconds: 9 }],
    },
  });
  const failed = await run();
  await engine.redrive(failed.executionArn);
  const ended = await clock.runUntil(engine.whenEnded(failed.executionArn));
  expect(outputOf(ended)).toEqual(['quick', 'good', 'slow']);
  expect(requests.map(({ stateName }) => stateName)).toEqual(['Quick', 'Bad', 'Slow', 'Bad', 'Slow']);
});

test('in an inline Map finished iterations stay finished and those that never began begin', async () => {
  const { engine, clock, run, requests } = anEngine({
    definition: {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          MaxConcurrency: 1,
          ItemProcessor: { StartAt: 'Work', States: { Work: { ...task, End: true } } },
          End: true,
        },
      },
    },
    answers: { Work: [{ echo: true }, boom, { echo: true }] },
  });
  const failed = await run([1, 2, 3]);
  await engine.redrive(failed.executionArn);
  const ended = await clock.runUntil(engine.whenEnded(failed.executionArn));
  expect(outputOf(ended)).toEqual([1, 2, 3]);
  expect(requests.map(({ arguments: item }) => item)).toEqual([1, 2, 2, 3]);
});

test('retries count from zero after a redrive, and variables are kept', async () => {
  const { engine, clock, run, requests } = anEngine({
    definition: {
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { n: 5 }, Next: 'Work' },
        Work: {
          ...task,
          Arguments: '{% $states.context.State.RetryCount %}',
          Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
          Output: '{% $n %}',
          End: true,
        },
      },
    },
    answers: { Work: [boom, boom, boom, { output: 1 }] },
  });
  const failed = await run();
  await engine.redrive(failed.executionArn);
  const ended = await clock.runUntil(engine.whenEnded(failed.executionArn));
  expect(requests.map(({ arguments: count }) => count)).toEqual([0, 1, 0, 1]);
  expect(outputOf(ended)).toBe(5);
});

test('a stopped and a timed-out execution may be redriven too; the time-out starts again', async () => {
  const { engine, clock, start } = anEngine({
    definition: { TimeoutSeconds: 30, StartAt: 'Work', States: { Work: { ...task, End: true } } },
    answers: { Work: [{ never: true }, { never: true }, { output: 'late', afterSeconds: 29 }] },
  });
  const { executionArn } = await start();
  await clock.advance({ seconds: 10 });
  await engine.stop({ executionArn, error: 'Operator', cause: 'lunch' });
  expect(engine.describe(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Operator', cause: 'lunch' });

  await engine.redrive(executionArn);
  const timedOut = await clock.runUntil(engine.whenEnded(executionArn));
  expect(timedOut).toMatchObject({ status: 'TIMED_OUT', redriveCount: 1 });

  await engine.redrive(executionArn);
  const ended = await clock.runUntil(engine.whenEnded(executionArn));
  expect(ended).toMatchObject({ status: 'SUCCEEDED', redriveCount: 2 });
});

test('an execution keeps the definition that it started with', async () => {
  const definition = {
    StartAt: 'Work',
    States: { Work: { ...task, Output: 'old', End: true } as Record<string, unknown> },
  };
  const { engine, clock, run } = anEngine({
    definition: definition as never,
    answers: { Work: [boom, { output: 1 }] },
  });
  const failed = await run();
  definition.States.Work.Output = 'new';
  await engine.redrive(failed.executionArn);
  expect(outputOf(await clock.runUntil(engine.whenEnded(failed.executionArn)))).toBe('old');
  expect(outputOf(await run({}, 'another'))).toBe('new');
});

test('what did not fail, or failed more than 14 days ago, is not redriven', async () => {
  const { engine, clock, run } = anEngine({
    definition: { StartAt: 'Work', States: { Work: { ...task, End: true } } },
    answers: { Work: [{ output: 1 }, boom] },
  });
  const succeeded = await run({}, 'good');
  await expect(engine.redrive(succeeded.executionArn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
  const failed = await run({}, 'bad');
  await clock.advance({ days: 14, seconds: 1 });
  expect(engine.describe(failed.executionArn).redriveStatus).toBe('NOT_REDRIVABLE');
  await expect(engine.redrive(failed.executionArn)).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
});
