import type { Json, JsonObject } from '../../../local/interpreter/json.ts';
import { anEngine, functionArn, outputOf, types } from './harness.ts';

const work = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: functionArn, End: true } } };
const distributed = (fields: JsonObject = {}, processor: JsonObject = work): JsonObject => ({
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...processor },
      End: true,
      ...fields,
    },
  },
});

test('every item is an execution of its own; the parent records only the run', async () => {
  const { engine, run } = anEngine({ definition: distributed({ Label: 'Rows' }) });
  const ended = await run(['a', 'b', 'c']);
  expect(outputOf(ended)).toEqual(['a', 'b', 'c']);
  expect(engine.history(ended.executionArn).map(({ type, previousEventId }) => [type, previousEventId])).toEqual([
    ['ExecutionStarted', 0],
    ['MapStateEntered', 0],
    ['MapStateStarted', 2],
    ['MapRunStarted', 3],
    ['MapRunSucceeded', 4],
    ['MapStateSucceeded', 5],
    ['MapStateExited', 4],
    ['ExecutionSucceeded', 7],
  ]);
  const [mapRun] = engine.listMapRuns(ended.executionArn);
  expect(mapRun?.mapRunArn).toContain(':mapRun:machine/Rows:');
  expect(mapRun).toMatchObject({ status: 'SUCCEEDED', itemCounts: { total: 3, succeeded: 3, pending: 0 } });
  const children = engine.list({ mapRunArn: mapRun?.mapRunArn ?? '' });
  expect(children).toHaveLength(3);
  expect(types(engine, children[0] ?? { executionArn: '' })).toContain('LambdaFunctionSucceeded');
  expect(engine.list({})).toHaveLength(1);
});

test('no more run at once than MaxConcurrency allows', async () => {
  let active = 0;
  let most = 0;
  const world = anEngine({
    definition: distributed({ MaxConcurrency: '{% 1 + 2 %}' }),
    carryOut: async ({ arguments: item }) => {
      most = Math.max(most, ++active);
      await new Promise<void>((resolve) => world.clock.at(world.clock.now() + 1000, resolve));
      active--;
      return item;
    },
  });
  const ended = await world.run(Array.from({ length: 10 }, (_, index) => index));
  expect(most).toBe(3);
  expect((ended.stopDate ?? 0) - ended.startDate).toBe(4000);
});

test('items are selected, then batched by number and by size', async () => {
  const { run, requests } = anEngine({
    definition: distributed({
      ItemSelector: { n: '{% $states.context.Map.Item.Value %}', of: '{% $states.input.name %}' },
      Items: '{% $states.input.items %}',
      ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { shared: '{% $states.input.name %}' } },
    }),
  });
  await run({ name: 'x', items: [1, 2, 3] });
  expect(requests.map(({ arguments: input }) => input)).toEqual([
    {
      Items: [
        { n: 1, of: 'x' },
        { n: 2, of: 'x' },
      ],
      BatchInput: { shared: 'x' },
    },
    { Items: [{ n: 3, of: 'x' }], BatchInput: { shared: 'x' } },
  ]);
  const small = anEngine({ definition: distributed({ ItemBatcher: { MaxInputBytesPerBatch: 20 } }) });
  await small.run(['0123456789', '0123456789', 'x']);
  expect(small.requests.map(({ arguments: input }) => (input as { Items: Json[] }).Items.length)).toEqual([1, 2]);
});

test('failures up to the tolerance are left out of the result; one more fails the state and stops the rest', async () => {
  const answers = { Work: [{ error: 'Boom' }, { echo: true }, { error: 'Boom' }, { echo: true, afterSeconds: 60 }] };
  const tolerant = anEngine({ definition: distributed({ ToleratedFailureCount: 2 }), answers });
  expect(outputOf(await tolerant.run([1, 2, 3, 4]))).toEqual([2, 4]);

  const strict = anEngine({ definition: distributed({ ToleratedFailurePercentage: 25 }), answers });
  const failed = await strict.run([1, 2, 3, 4]);
  expect(failed).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  expect(types(strict.engine, failed).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
  await strict.clock.settle();
  const [mapRun] = strict.engine.listMapRuns(failed.executionArn);
  expect(mapRun).toMatchObject({
    status: 'FAILED',
    executionCounts: { failed: 2, succeeded: 1, aborted: 1, running: 0 },
  });
});

test('a redrive runs again only the children that did not succeed', async () => {
  const { engine, clock, run, requests } = anEngine({
    definition: distributed({ MaxConcurrency: 1 }),
    answers: { Work: [{ echo: true }, { error: 'Boom' }, { echo: true }] },
  });
  const failed = await run(['a', 'b', 'c']);
  await engine.redrive(failed.executionArn);
  const ended = await clock.runUntil(engine.whenEnded(failed.executionArn));
  expect(outputOf(ended)).toEqual(['a', 'b', 'c']);
  expect(requests.map(({ arguments: item }) => item)).toEqual(['a', 'b', 'b', 'c']);
  expect(types(engine, ended)).toContain('MapRunRedriven');
  const [mapRun] = engine.listMapRuns(ended.executionArn);
  expect(mapRun).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
});

test('a child alone is redriven only with its Map run', async () => {
  const { engine, run } = anEngine({ definition: distributed(), answers: { Work: [{ error: 'Boom' }] } });
  const failed = await run([1]);
  const [mapRun] = engine.listMapRuns(failed.executionArn);
  const [child] = engine.list({ mapRunArn: mapRun?.mapRunArn ?? '' });
  expect(child?.redriveStatus).toBe('REDRIVABLE_BY_MAP_RUN');
  await expect(engine.redrive(child?.executionArn ?? '')).rejects.toMatchObject({ name: 'ExecutionNotRedrivable' });
});

test('stopping the parent aborts the run and its children', async () => {
  const { engine, clock, start } = anEngine({ definition: distributed(), answers: { Work: [{ never: true }] } });
  const { executionArn } = await start([1, 2]);
  await clock.advance({ seconds: 1 });
  await engine.stop({ executionArn });
  await clock.settle();
  const [mapRun] = engine.listMapRuns(executionArn);
  expect(mapRun).toMatchObject({ status: 'ABORTED', executionCounts: { aborted: 2 } });
});

test('an ItemReader reads and a ResultWriter writes through the item store', async () => {
  const written: unknown[] = [];
  const reader = {
    Resource: 'arn:aws:states:::s3:getObject',
    Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
    ReaderConfig: { InputType: 'JSON' },
  };
  const { engine, run } = anEngine({
    definition: distributed({
      ItemReader: reader,
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Bucket: 'r' } },
    }),
    items: {
      read: async ({ arguments: parameters, readerConfig }) => [parameters, readerConfig],
      write: async ({ results, mapRunArn }) => {
        written.push(...results);
        return { MapRunArn: mapRunArn };
      },
    },
  });
  const ended = await run({ key: 'k' });
  expect(written).toEqual([{ Bucket: 'b', Key: 'k' }, { InputType: 'JSON' }]);
  expect(outputOf(ended)).toHaveProperty('MapRunArn');
  expect(engine.history(ended.executionArn)[2]).toMatchObject({
    type: 'MapStateStarted',
    mapStateStartedEventDetails: { length: 0 },
  });
});

test('items that cannot be read fail the run with States.ItemReaderFailed', async () => {
  const { engine, run } = anEngine({
    definition: distributed({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject' } }),
    items: { read: () => Promise.reject(new Error('no such object')), write: async () => null },
  });
  const ended = await run();
  expect(ended).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed', cause: 'no such object' });
  expect(types(engine, ended).slice(-3)).toEqual(['MapRunFailed', 'MapStateFailed', 'ExecutionFailed']);
});

test('a distributed Map within a distributed Map', async () => {
  const inner = distributed({ Output: '{% [$states.result] %}' });
  const { run } = anEngine({ definition: distributed({}, inner) });
  expect(outputOf(await run([[1, 2], [3]]))).toEqual([[1, 2], [3]]);
});
