import type { Retrier } from '../../../local/interpreter/definition/definition.ts';
import { nextAttempt } from '../../../local/interpreter/retrying.ts';

const failure = { error: 'Boom' };
const half = () => 0.5;

/** The delays until no Retrier wants it again, in seconds. */
function delays(retriers: readonly Retrier[], random = half): number[] {
  const all: number[] = [];
  for (
    let next = nextAttempt(retriers, [], failure, random);
    next !== undefined && all.length < 20;
    next = nextAttempt(retriers, next.spent, failure, random)
  ) {
    all.push(next.delayMilliseconds / 1000);
  }
  return all;
}

test.each<[string, Partial<Retrier>, number[]]>([
  ['three times, 1, 2 and 4 seconds apart, by default', {}, [1, 2, 4]],
  ['with a rate of its own', { IntervalSeconds: 3, BackoffRate: 1.5, MaxAttempts: 2 }, [3, 4.5]],
  ['never longer apart than MaxDelaySeconds', { MaxAttempts: 5, MaxDelaySeconds: 3 }, [1, 2, 3, 3, 3]],
  ['somewhere below the delay with full jitter', { JitterStrategy: 'FULL' }, [0.5, 1, 2]],
  ['not at all with no attempts', { MaxAttempts: 0 }, []],
])('a failure is tried again %s', (_how, retrier, expected) => {
  expect(delays([{ ErrorEquals: ['Boom'], ...retrier }])).toEqual(expected);
});

test('delays are whole milliseconds, so that time stays whole', () => {
  expect(delays([{ ErrorEquals: ['Boom'], JitterStrategy: 'FULL' }], () => 1 / 3)).toEqual([0.333, 0.667, 1.333]);
});

test.each([
  [['States.ALL'], { error: 'Anything' }, true],
  [['States.ALL'], {}, true],
  [['States.ALL'], { error: 'States.Runtime' }, false],
  [['States.Runtime'], { error: 'States.Runtime' }, false],
  [['States.TaskFailed'], { error: 'Anything' }, true],
  [['States.TaskFailed'], { error: 'States.Timeout' }, false],
  [['States.HeartbeatTimeout'], { error: 'States.Timeout', alias: 'States.HeartbeatTimeout' }, true],
  [['States.HeartbeatTimeout'], { error: 'States.Timeout' }, false],
  [['States.ALL'], { error: 'States.DataLimitExceeded', literalOnly: true }, false],
  [['States.DataLimitExceeded'], { error: 'States.DataLimitExceeded', literalOnly: true }, true],
  [['Other'], { error: 'Boom' }, false],
])('%j for %j: %s', (ErrorEquals, failed, isRetried) => {
  expect(nextAttempt([{ ErrorEquals }], [], failed, half) !== undefined).toBe(isRetried);
});
