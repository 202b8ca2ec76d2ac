import type { SucceedState } from '../definition/definition.ts';
import { leave } from '../transitions.ts';
import type { Step } from '../turn.ts';

/** Ends its strand well. */
export function enterSucceed(step: Step, state: SucceedState): Promise<void> {
  return leave(step, state, {}, step.strand.input);
}
