import { createVirtualClock } from '../../../local/clock/virtualClock.ts';
import type { JsonObject } from '../../../local/interpreter/json.ts';
import { type Change, createMemoryStore, type ExecutionStore } from '../../../local/interpreter/store.ts';
import { type Answers, anEngine, functionArn, machineArn, outputOf, types } from './harness.ts';

const invoke = { Type: 'Task', Resource: functionArn } as const;

/** A store that dies with its process: after so many writes nothing reaches it any more, and nothing is ever answered. */
function mortal(store: ExecutionStore, writes: number) {
  let left = writes;
  let die = () => {};
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const write = (changes: readonly Change[]) => {
    if (left-- > 0) return store.write(changes);
    die();
    return new Promise<void>(() => {});
  };
  return { store: { ...store, write }, died };
}

const everything: JsonObject = {
  StartAt: 'Set',
  States: {
    Set: { Type: 'Pass', Assign: { n: 1 }, Next: 'Work' },
    Work: {
      ...invoke,
      Arguments: { n: '{% $n %}' },
      Retry: [{ ErrorEquals: ['Lambda.Unknown', 'Boom'], IntervalSeconds: 3, MaxAttempts: 20 }],
      Next: 'All',
    },
    All: {
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Pause', States: { Pause: { Type: 'Wait', Seconds: 20, End: true } } },
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              Items: [1, 2, 3],
              MaxConcurrency: 2,
              ItemProcessor: {
                StartAt: 'Item',
                States: { Item: { ...invoke, Retry: [{ ErrorEquals: ['Lambda.Unknown'] }], End: true } },
              },
              End: true,
            },
          },
        },
        {
          StartAt: 'Child',
          States: {
            Child: {
              Type: 'Task',
              Resource: 'arn:aws:states:::states:startExecution.sync:2',
              Arguments: { StateMachineArn: machineArn('child'), Input: { from: 'parent' } },
              Output: '{% $states.result.Output %}',
              End: true,
            },
          },
        },
      ],
      Next: 'Spread',
    },
    Spread: {
      Type: 'Map',
      Items: '{% $states.input[1] %}',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Far',
        States: { Far: { Type: 'Wait', Seconds: 5, End: true } },
      },
      Output: { spread: '{% $states.result %}', all: '{% $states.input %}' },
      End: true,
    },
  },
};
const runArn = machineArn().replace('stateMachine', 'execution').concat(':run');
const machines = { child: { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 7, End: true } } } };
const answers: Answers = { Work: [{ error: 'Boom' }, { echo: true }], Item: [{ echo: true, afterSeconds: 2 }] };
const expected = { spread: [1, 2, 3], all: [{ n: 1 }, [1, 2, 3], { from: 'parent' }] };

/** Runs it in one process after the other: each dies when it has written so often; the last one lives. */
async function runWithDeaths(deathsAfter: readonly number[]) {
  const store = createMemoryStore();
  let startsAt = Date.UTC(2026, 0, 1);
  for (const writes of deathsAfter) {
    const clock = createVirtualClock({ startsAt });
    const process = mortal(store, writes);
    const { engine, start } = anEngine({ definition: everything, machines, answers, clock, store: process.store });
    await engine.recover();
    const isNew = engine.list({ stateMachineArn: machineArn() }).length === 0;
    // A process that is dead answers nobody, so nothing of it is waited for.
    if (isNew) void start();
    await Promise.race([process.died, clock.advance({ minutes: 10 })]);
    startsAt = clock.now();
  }
  const clock = createVirtualClock({ startsAt });
  const { engine, start } = anEngine({
    definition: everything,
    machines,
    answers: { ...answers, Work: [{ echo: true }] },
    clock,
    store,
  });
  await engine.recover();
  if (engine.list({ stateMachineArn: machineArn() }).length === 0) await start();
  const [execution] = engine.list({ stateMachineArn: machineArn() });
  const ended = await clock.runUntil(engine.whenEnded(execution?.executionArn ?? ''));
  return { ended, engine };
}

test('a process may die at any write: the next one finishes the same run', async () => {
  const calm = createMemoryStore();
  let writes = 0;
  const counted: ExecutionStore = { ...calm, write: (changes) => calm.write(changes).then(() => void writes++) };
  const { run } = anEngine({ definition: everything, machines, answers, store: counted });
  expect(outputOf(await run())).toMatchObject(expected);
  expect(writes).toBeGreaterThan(40);

  for (let death = 0; death <= writes; death++) {
    const { ended, engine } = await runWithDeaths([death]);
    const where = `died at write ${death} of ${writes}`;
    expect({ where, status: ended.status, output: outputOf(ended) }).toEqual({
      where,
      status: 'SUCCEEDED',
      output: expected,
    });
    expect({ where, children: engine.list({ stateMachineArn: machineArn('child') }).length }).toEqual({
      where,
      children: 1,
    });
    expect({
      where,
      far: engine.listMapRuns(ended.executionArn).map(({ executionCounts }) => executionCounts.succeeded),
    }).toEqual({ where, far: [3] });
    const ids = engine.history(ended.executionArn).map(({ id }) => id);
    expect(ids).toEqual(ids.map((_, position) => position + 1));
  }
});

test('several processes in a row may die', async () => {
  const { ended } = await runWithDeaths([7, 3, 11, 1, 5, 9]);
  expect(ended.status).toBe('SUCCEEDED');
});

test('a Lambda that was under way counts as Lambda.Unknown; without a Retry the run fails and may be redriven', async () => {
  const store = createMemoryStore();
  const definition = { StartAt: 'Work', States: { Work: { ...invoke, End: true } } };
  const before = anEngine({ definition, answers: { Work: [{ never: true }] }, store });
  const { executionArn } = await before.start();
  await before.clock.settle();

  const after = anEngine({ definition, answers: { Work: [{ output: 'again' }] }, store });
  await after.engine.recover();
  const failed = await after.clock.runUntil(after.engine.whenEnded(executionArn));
  expect(failed).toMatchObject({ status: 'FAILED', error: 'Lambda.Unknown' });
  expect(types(after.engine, failed).slice(-2)).toEqual(['LambdaFunctionFailed', 'ExecutionFailed']);
  await after.engine.redrive(executionArn);
  expect(outputOf(await after.clock.runUntil(after.engine.whenEnded(executionArn)))).toBe('again');
});

test('a waiting token and its deadlines outlive the process', async () => {
  const store = createMemoryStore();
  const definition = {
    StartAt: 'Wait',
    States: {
      Wait: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        Arguments: {},
        TimeoutSeconds: 100,
        End: true,
      },
    },
  };
  const before = anEngine({ definition, answers: { Wait: [{ output: {} }] }, store });
  const first = await before.start({}, 'answered');
  const second = await before.start({}, 'forgotten');
  await before.clock.advance({ seconds: 40 });
  const [token = ''] = before.requests.map(({ taskToken }) => taskToken);

  const after = anEngine({ definition, store, clock: createVirtualClock({ startsAt: before.clock.now() }) });
  await after.engine.recover();
  await after.clock.settle();
  await after.engine.sendTaskSuccess({ taskToken: token, output: '"kept"' });
  expect(outputOf(await after.clock.runUntil(after.engine.whenEnded(first.executionArn)))).toBe('kept');
  const timedOut = await after.clock.runUntil(after.engine.whenEnded(second.executionArn));
  expect((timedOut.stopDate ?? 0) - timedOut.startDate).toBe(100_000);
  expect(after.requests).toEqual([]);
});

test('a process may die while a failed Map run or a stop is being wound up: the next one leaves nothing running', async () => {
  const winding: JsonObject = {
    StartAt: 'All',
    States: {
      All: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Child',
            States: {
              Child: {
                Type: 'Task',
                Resource: 'arn:aws:states:::states:startExecution.sync',
                Arguments: { StateMachineArn: machineArn('child') },
                End: true,
              },
            },
          },
          {
            StartAt: 'Spread',
            States: {
              Spread: {
                Type: 'Map',
                Items: [1, 2, 3],
                ItemProcessor: {
                  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
                  StartAt: 'Far',
                  States: {
                    Far: { ...invoke, Retry: [{ ErrorEquals: ['Lambda.Unknown'], MaxAttempts: 20 }], End: true },
                  },
                },
                End: true,
              },
            },
          },
        ],
        End: true,
      },
    },
  };
  const script: Answers = {
    Far: [
      { output: 1, afterSeconds: 60 },
      { error: 'Boom', afterSeconds: 1 },
      { output: 1, afterSeconds: 60 },
    ],
  };
  for (let death = 5; death <= 40; death++) {
    const store = createMemoryStore();
    const process = mortal(store, death);
    const before = anEngine({ definition: winding, machines, answers: script, store: process.store });
    void before.start();
    await Promise.race([process.died, before.clock.advance({ minutes: 5 })]);

    const clock = createVirtualClock({ startsAt: before.clock.now() });
    const after = anEngine({
      definition: winding,
      machines,
      answers: { Far: [{ error: 'Boom', afterSeconds: 1 }] },
      clock,
      store,
    });
    await after.engine.recover();
    await clock.advance({ minutes: 5 });
    const left = [
      ...after.engine.list({}),
      ...after.engine.listMapRuns(runArn).flatMap(({ mapRunArn }) => after.engine.list({ mapRunArn })),
    ];
    expect({ death, running: left.filter(({ status }) => status === 'RUNNING').map(({ name }) => name) }).toEqual({
      death,
      running: [],
    });
    expect({ death, status: after.engine.describe(runArn).status }).toEqual({ death, status: 'FAILED' });
  }
});

test('a process that dies right after it wrote a redrive attempts the failed state again, from its beginning', async () => {
  const definition = { StartAt: 'Work', States: { Work: { ...invoke, End: true } } };
  const store = createMemoryStore();
  const before = anEngine({ definition, answers: { Work: [{ error: 'Boom' }] }, store });
  const { executionArn } = await before.run();
  const dying = mortal(store, 1);
  const between = anEngine({ definition, store: dying.store });
  void between.engine.redrive(executionArn);
  await Promise.race([dying.died, between.clock.advance({ minutes: 1 })]);

  const after = anEngine({ definition, answers: { Work: [{ output: 'done' }] }, store });
  await after.engine.recover();
  const ended = await after.clock.runUntil(after.engine.whenEnded(executionArn));
  expect(outputOf(ended)).toBe('done');
  const events = types(after.engine, ended);
  expect(events.slice(events.indexOf('ExecutionRedriven'))).toEqual([
    'ExecutionRedriven',
    'LambdaFunctionScheduled',
    'LambdaFunctionStarted',
    'LambdaFunctionSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});
