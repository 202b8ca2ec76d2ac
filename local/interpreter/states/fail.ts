import type { FailState } from '../definition/definition.ts';
import { evaluateFieldAs } from '../evaluation.ts';
import { StateFailed } from '../failures.ts';
import type { Step } from '../turn.ts';

/** Fails with the error and the cause that it names. */
export async function enterFail(step: Step, state: FailState): Promise<void> {
  const error = state.Error === undefined ? undefined : await evaluateFieldAs('string', step, state.Error, 'Error');
  const cause = state.Cause === undefined ? undefined : await evaluateFieldAs('string', step, state.Cause, 'Cause');
  throw new StateFailed({
    ...(error !== undefined && { error: String(error) }),
    ...(cause !== undefined && { cause: String(cause) }),
  });
}
