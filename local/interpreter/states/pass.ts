import type { PassState } from '../definition/definition.ts';
import { leave } from '../transitions.ts';
import type { Step } from '../turn.ts';

/** Passes its input on, or the Output made of it. */
export function enterPass(step: Step, state: PassState): Promise<void> {
  return leave(step, state, {}, step.strand.input);
}
