import { createMemoryStore, type ExecutionStore } from '../../../local/interpreter/store.ts';
import { anEngine, functionArn, machineArn, outputOf } from './harness.ts';

const waiting = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, End: true } } };

test('the same name with the same input is the same execution while it runs, and refused otherwise', async () => {
  const { engine, clock, start } = anEngine({ definition: waiting });
  const first = await start({ n: 1 }, 'once');
  expect((await start({ n: 1 }, 'once')).executionArn).toBe(first.executionArn);
  await expect(start({ n: 2 }, 'once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await clock.runUntil(engine.whenEnded(first.executionArn));
  await expect(start({ n: 1 }, 'once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  expect(engine.list({})).toHaveLength(1);
});

test.each([
  ['an unknown machine', { stateMachineArn: machineArn('nobody') }, 'StateMachineDoesNotExist'],
  ['a name with a slash', { stateMachineArn: machineArn(), name: 'a/b' }, 'InvalidName'],
  ['a name of 81 characters', { stateMachineArn: machineArn(), name: 'x'.repeat(81) }, 'InvalidName'],
  ['input that is no JSON', { stateMachineArn: machineArn(), input: '{' }, 'InvalidExecutionInput'],
  [
    'input over 256 KiB',
    { stateMachineArn: machineArn(), input: JSON.stringify('x'.repeat(262_144)) },
    'InvalidExecutionInput',
  ],
])('%s is refused', async (_what, request, name) => {
  const { engine } = anEngine({ definition: waiting });
  await expect(engine.start(request)).rejects.toMatchObject({ name });
});

test('what does not exist is named', () => {
  const { engine } = anEngine({ definition: waiting });
  for (const ask of [engine.describe, engine.history, engine.definitionOf]) {
    expect(() => ask('arn:aws:states:eu-west-1:1:execution:a:b')).toThrow(
      expect.objectContaining({ name: 'ExecutionDoesNotExist' }),
    );
  }
});

test('an execution emits an event when it starts and when it ends', async () => {
  const { run, statuses } = anEngine({ definition: waiting });
  await run({}, 'one');
  expect(statuses).toEqual(['one RUNNING', 'one SUCCEEDED']);
});

test('a stop of an execution that has ended changes nothing', async () => {
  const { engine, run } = anEngine({ definition: waiting });
  const ended = await run();
  expect(await engine.stop({ executionArn: ended.executionArn })).toEqual({ stopDate: ended.stopDate });
  expect(engine.describe(ended.executionArn).status).toBe('SUCCEEDED');
});

test('a stop reaches the handler that is running', async () => {
  const { engine, clock, start, requests } = anEngine({
    definition: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: functionArn, End: true } } },
    answers: { Work: [{ never: true }] },
  });
  const { executionArn } = await start();
  await clock.settle();
  expect(requests[0]?.signal.aborted).toBe(false);
  await engine.stop({ executionArn });
  expect(requests[0]?.signal.aborted).toBe(true);
});

test('an answer that comes after the time-out is dropped', async () => {
  const { engine, clock, run } = anEngine({
    definition: {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Task',
          Resource: functionArn,
          TimeoutSeconds: 5,
          Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 10 }],
          End: true,
        },
      },
    },
    answers: { Work: [{ output: 'late', afterSeconds: 7 }, { output: 'in time' }] },
  });
  const ended = await run();
  await clock.advance({ minutes: 1 });
  expect(outputOf(ended)).toBe('in time');
  expect(engine.describe(ended.executionArn).output).toBe('"in time"');
});

test('the same seed gives byte-equal histories, another seed other tokens', async () => {
  const definition = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        Items: [1, 2, 3],
        ItemProcessor: {
          StartAt: 'Work',
          States: {
            Work: {
              Type: 'Task',
              Resource: functionArn,
              Arguments: { n: '{% $random() %}', id: '{% $uuid() %}' },
              Retry: [{ ErrorEquals: ['Boom'], JitterStrategy: 'FULL' }],
              End: true,
            },
          },
        },
        End: true,
      },
    },
  };
  const history = async (seed: number) => {
    const { engine, run } = anEngine({
      definition,
      answers: { Work: [{ error: 'Boom' }, { error: 'Boom' }, { echo: true }] },
      seed,
    });
    return JSON.stringify(engine.history((await run()).executionArn));
  };
  expect(await history(5)).toBe(await history(5));
  expect(await history(5)).not.toBe(await history(6));
});

test('a history has at most 25,000 events: the execution fails there', async () => {
  const { engine, run } = anEngine({
    definition: {
      StartAt: 'Again',
      States: { Again: { Type: 'Choice', Choices: [{ Condition: true, Next: 'Again' }], Default: 'Again' } },
    },
  });
  const ended = await run();
  expect(ended.status).toBe('FAILED');
  expect(engine.history(ended.executionArn).length).toBeLessThanOrEqual(25_000);
  expect(engine.describe(ended.executionArn).redriveStatus).toBe('NOT_REDRIVABLE');
});

test('a slow store costs no time of the world, and nothing is done before it is safe', async () => {
  const store = createMemoryStore();
  const order: string[] = [];
  const slow: ExecutionStore = {
    ...store,
    async write(changes) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await store.write(changes);
      order.push('written');
    },
  };
  const { run } = anEngine({
    definition: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: functionArn, End: true } } },
    store: slow,
    carryOut: async () => {
      order.push('called');
      return null;
    },
  });
  const ended = await run();
  expect(ended.stopDate).toBe(ended.startDate);
  // Started, scheduled, handed over: three writes come before the call.
  expect(order.indexOf('called')).toBe(3);
});
