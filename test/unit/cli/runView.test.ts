import type { HistoryEvent, HistoryEventType } from '@aws-sdk/client-sfn';
import { runEventOf } from '../../../shared/operations/runEvent.ts';
import { createRunReader, viewOfRun } from '../../../shared/operations/runView.ts';
import { at } from './aRun.ts';

/** A history as GetExecutionHistory gives it: ids count up, a second passes with each event. */
function historyOf(events: readonly Omit<HistoryEvent, 'id' | 'timestamp'>[]): HistoryEvent[] {
  return events.map((event, index) => ({ id: index + 1, timestamp: new Date(at(index)), ...event }) as HistoryEvent);
}

const entered = (previousEventId: number, name: string, type: HistoryEventType = 'TaskStateEntered') =>
  ({ type, previousEventId, stateEnteredEventDetails: { name, input: '{}' } }) as const;
const exited = (previousEventId: number, name: string, type: HistoryEventType = 'TaskStateExited') =>
  ({ type, previousEventId, stateExitedEventDetails: { name, output: '{}' } }) as const;
const scheduled = (previousEventId: number, resource: string) =>
  ({ type: 'LambdaFunctionScheduled', previousEventId, lambdaFunctionScheduledEventDetails: { resource } }) as const;
const failed = (previousEventId: number, error: string, cause: string) =>
  ({ type: 'LambdaFunctionFailed', previousEventId, lambdaFunctionFailedEventDetails: { error, cause } }) as const;
const succeeded = (previousEventId: number) => ({ type: 'LambdaFunctionSucceeded', previousEventId }) as const;

test('states of parallel branches are listed under their Parallel state, each in its branch', () => {
  const { states, transitions } = viewOfRun(
    historyOf([
      { type: 'ExecutionStarted', previousEventId: 0 },
      entered(0, 'Prepare', 'ParallelStateEntered'),
      { type: 'ParallelStateStarted', previousEventId: 2 },
      entered(3, 'A'),
      entered(3, 'B'),
      exited(4, 'A'),
      entered(6, 'C'),
      exited(5, 'B'),
      exited(7, 'C'),
      { type: 'ParallelStateSucceeded', previousEventId: 9 },
      exited(10, 'Prepare', 'ParallelStateExited'),
      entered(11, 'Last'),
    ]),
  );
  expect(states.map(({ name, parent, branch, status }) => [name, parent, branch, status])).toEqual([
    ['Prepare', undefined, 0, 'succeeded'],
    ['A', 0, 1, 'succeeded'],
    ['B', 0, 2, 'succeeded'],
    ['C', 0, 1, 'succeeded'],
    ['Last', undefined, 0, 'running'],
  ]);
  expect(transitions).toBe(5);
});

test('items of a Map state with the same name are kept apart', () => {
  const { states } = viewOfRun(
    historyOf([
      entered(0, 'MirrorAssets', 'MapStateEntered'),
      { type: 'MapStateStarted', previousEventId: 1, mapStateStartedEventDetails: { length: 2 } },
      {
        type: 'MapIterationStarted',
        previousEventId: 2,
        mapIterationStartedEventDetails: { name: 'MirrorAssets', index: 0 },
      },
      {
        type: 'MapIterationStarted',
        previousEventId: 2,
        mapIterationStartedEventDetails: { name: 'MirrorAssets', index: 1 },
      },
      entered(3, 'MirrorAsset'),
      entered(4, 'MirrorAsset'),
      exited(5, 'MirrorAsset'),
    ]),
  );
  expect(states.map(({ name, parent, item, status }) => [name, parent, item, status])).toEqual([
    ['MirrorAssets', undefined, undefined, 'running'],
    ['MirrorAsset', 0, 0, 'succeeded'],
    ['MirrorAsset', 0, 1, 'running'],
  ]);
});

const crash = JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited' });
const brokenRun = [
  entered(0, 'Prepare', 'ParallelStateEntered'),
  { type: 'ParallelStateStarted', previousEventId: 1 },
  entered(2, 'CreateKeys'),
  entered(2, 'CreateSubnets'),
  scheduled(3, 'createKeys'),
  scheduled(4, 'createSubnets'),
  failed(5, 'NotReady', '{"errorMessage":"KMS does not know the role"}'),
  failed(6, 'Runtime.ExitError', crash),
  {
    type: 'ExecutionFailed',
    previousEventId: 0,
    executionFailedEventDetails: { error: 'Runtime.ExitError', cause: crash },
  },
] as const;

test('the state whose failure ended the run has failed; what was under way beside it was cut off', () => {
  const { states } = viewOfRun(historyOf(brokenRun));
  expect(states.map(({ name, status }) => [name, status])).toEqual([
    ['Prepare', 'aborted'],
    ['CreateKeys', 'aborted'],
    ['CreateSubnets', 'failed'],
  ]);
  expect(states[2]?.failures[0]?.cause).toBe('Runtime exited');
});

test('a resumed state continues in its old row, and its call counts as a transition', () => {
  const before = viewOfRun(historyOf(brokenRun));
  const { states, transitions } = viewOfRun(
    historyOf([
      ...brokenRun,
      { type: 'ExecutionRedriven', previousEventId: 0 },
      scheduled(10, 'createKeys'),
      scheduled(10, 'createSubnets'),
      succeeded(12),
      exited(13, 'CreateSubnets'),
    ]),
  );
  expect(states.map(({ name, status }) => [name, status])).toEqual([
    ['Prepare', 'running'],
    ['CreateKeys', 'running'],
    ['CreateSubnets', 'succeeded'],
  ]);
  expect(transitions).toBe(before.transitions + 2);
});

test('the time between the end of a run and its resume is a pause, each time', () => {
  expect(viewOfRun(historyOf(brokenRun)).pauses).toBeUndefined();
  const aborted = { type: 'ExecutionAborted', previousEventId: 0 } as const;
  const redriven = { type: 'ExecutionRedriven', previousEventId: 0 } as const;
  const { pauses } = viewOfRun(historyOf([...brokenRun, redriven, scheduled(10, 'createKeys'), aborted, redriven]));
  expect(pauses).toEqual([
    { from: at(8), until: at(9) },
    { from: at(11), until: at(12) },
  ]);
});

test('a history that is read in parts, with what was seen before once more, gives the same view at every point', () => {
  const history = historyOf([
    ...brokenRun,
    { type: 'ExecutionRedriven', previousEventId: 0 },
    scheduled(10, 'createKeys'),
    scheduled(10, 'createSubnets'),
    succeeded(12),
    exited(13, 'CreateSubnets'),
  ]);
  const events = history.map(runEventOf);
  const reader = createRunReader();
  for (const [index] of events.entries()) {
    reader.read(events.slice(Math.max(0, index - 2), index + 1));
    expect(reader.view()).toEqual(viewOfRun(history.slice(0, index + 1)));
    expect(reader.last).toBe(index + 1);
  }
});
