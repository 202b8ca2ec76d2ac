import { nowOf, type World } from '../world.ts';

/** A setting of which a change is visible at once but counts only later: which value counts from when, the oldest first. */
export type Effective<Value> = readonly { readonly from: number; readonly value: Value }[];

/** A setting that has counted since the beginning. */
export const effectiveAtOnce = <Value>(value: Value): Effective<Value> => [{ from: 0, value }];

/** The value that counts now; undefined before the first one does. */
export function effectiveNow<Value>(world: World, changes: Effective<Value>): Value | undefined {
  return latestBy(nowOf(world), changes)?.value;
}

/** The value that was set last, whether it counts yet or not. */
export function lastSet<Value>(changes: Effective<Value>): Value | undefined {
  return changes.at(-1)?.value;
}

/** Sets a value that counts `afterMilliseconds` from now, and never before one that was set earlier. */
export function changed<Value>(
  world: World,
  changes: Effective<Value>,
  value: Value,
  afterMilliseconds: number,
): Effective<Value> {
  const current = latestBy(nowOf(world), changes);
  const pending = changes.filter((change) => change.from > nowOf(world));
  const from = Math.max(nowOf(world) + afterMilliseconds, pending.at(-1)?.from ?? 0);
  return [...(current ? [current] : []), ...pending, { from, value }];
}

function latestBy<Value>(now: number, changes: Effective<Value>): Effective<Value>[number] | undefined {
  return changes.findLast((change) => change.from <= now);
}
