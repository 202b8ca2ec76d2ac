import { startChildren } from '../children.ts';
import { isDistributed, type MapState } from '../definition/definition.ts';
import type { Step } from '../turn.ts';
import { attemptDistributedMap } from './distributedMap.ts';
import { itemsOf, wholeNumber } from './mapItems.ts';

/** Runs its processor once for each item: here, or in child executions. */
export async function attemptMap(step: Step, state: MapState): Promise<void> {
  if (isDistributed(state)) return attemptDistributedMap(step, state);
  const items = await itemsOf(step, state);
  const maxConcurrency = await wholeNumber(step, state.MaxConcurrency ?? 0, 'MaxConcurrency');
  step.emit('MapStateStarted', { length: items.length });
  await startChildren(step, { name: 'children', count: items.length, maxConcurrency, items });
}
