import type { WaitState } from '../definition/definition.ts';
import { evaluateField, evaluateFieldAs, placeOf } from '../evaluation.ts';
import { StateFailed } from '../failures.ts';
import { causedAt, evaluationFailed } from '../jsonata/evaluate.ts';
import { longestWaitSeconds } from '../limits.ts';
import { leave } from '../transitions.ts';
import type { Step } from '../turn.ts';

/** ISO-8601 with a T, and a Z or an offset; nothing else is taken for a time. */
const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Waits for a span or until a time. AWS enters the state first and reads the field in a decision of its own (observed: EvaluationFailed follows WaitStateEntered). */
export function enterWait(step: Step): void {
  step.continueIn({ name: 'evaluatingWait' });
}

/** Reads how long, and sets the timer. */
export async function beginWaiting(step: Step): Promise<void> {
  const { turn } = step;
  const until = await endOf(step, step.state as WaitState);
  if (until - turn.now > longestWaitSeconds * 1000) {
    throw new StateFailed({ error: 'States.Runtime', cause: causedAt(placeOf(step), 'Wait state delay is too long.') });
  }
  step.continueIn({ name: 'waiting', until });
}

/** Leaves the state. */
export function endWaiting(step: Step): Promise<void> {
  return leave(step, step.state as WaitState, {}, step.strand.input);
}

async function endOf(step: Step, state: WaitState): Promise<number> {
  if (state.Timestamp !== undefined) return timeOf(step, await evaluateField(step, state.Timestamp, 'Timestamp'));
  const seconds = Number(await evaluateFieldAs('number', step, state.Seconds ?? 0, 'Seconds'));
  if (!Number.isInteger(seconds)) {
    throw evaluationFailed(placeOf(step), `The Seconds field cannot be parsed as a long value: ${seconds}`, 'Seconds');
  }
  if (seconds < 0)
    throw evaluationFailed(placeOf(step), `The Seconds field has a negative value: ${seconds}`, 'Seconds');
  return step.turn.now + seconds * 1000;
}

function timeOf(step: Step, text: unknown): number {
  const time = typeof text === 'string' && timestamp.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw evaluationFailed(
      placeOf(step),
      `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
      'Timestamp',
    );
  }
  return time;
}
