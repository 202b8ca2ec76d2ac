import type { Catcher, Retrier } from './definition/definition.ts';
import type { Failure } from './failures.ts';

/** Defaults of a Retrier (source: the Amazon States Language specification). */
const defaults = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

/** Errors that States.ALL and States.TaskFailed leave alone; a Catch that names States.Runtime does not catch it either (observed). */
const neverByWildcard: readonly string[] = ['States.Runtime'];

/** When and after how many attempts a failed state is tried again; undefined where no Retrier wants it again. */
export function nextAttempt(
  retriers: readonly Retrier[] = [],
  spent: readonly number[],
  failure: Failure,
  random: () => number,
): { delayMilliseconds: number; spent: number[] } | undefined {
  const position = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  const retrier = retriers[position];
  if (retrier === undefined) return undefined;
  const attempts = spent[position] ?? 0;
  if (attempts >= (retrier.MaxAttempts ?? defaults.MaxAttempts)) return undefined;
  return {
    delayMilliseconds: Math.round(delaySeconds(retrier, attempts, random) * 1000),
    spent: retriers.map((_, index) => (spent[index] ?? 0) + (index === position ? 1 : 0)),
  };
}

/** The first Catcher that takes the failure. */
export function catcherOf(catchers: readonly Catcher[] = [], failure: Failure): Catcher | undefined {
  return catchers.find(({ ErrorEquals }) => matches(ErrorEquals, failure));
}

function delaySeconds(retrier: Retrier, attempts: number, random: () => number): number {
  const { IntervalSeconds, BackoffRate } = { ...defaults, ...retrier };
  const delay = Math.min(
    IntervalSeconds * BackoffRate ** attempts,
    retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  );
  return retrier.JitterStrategy === 'FULL' ? delay * random() : delay;
}

function matches(names: readonly string[], failure: Failure): boolean {
  if (failure.error !== undefined && neverByWildcard.includes(failure.error)) return false;
  return names.some((name) => {
    if (name === failure.error || name === failure.alias) return true;
    if (failure.literalOnly) return false;
    return name === 'States.ALL' || (name === 'States.TaskFailed' && failure.error !== 'States.Timeout');
  });
}
