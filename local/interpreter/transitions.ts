import type { Catcher } from './definition/definition.ts';
import { endExecution } from './ending.ts';
import { evaluateAssign, evaluateField, type Visible } from './evaluation.ts';
import { type Failure, StateFailed } from './failures.ts';
import type { Json, JsonObject } from './json.ts';
import { exceedsPayloadLimit } from './limits.ts';
import { catcherOf, nextAttempt } from './retrying.ts';
import type { Action } from './run.ts';
import type { Step } from './turn.ts';

/** What decides how a state is left: its own fields, or those of a Choice rule or a Catcher. */
interface Exit {
  readonly Next?: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

/** Runs part of a state, and lets Retry and Catch decide where it fails. */
export function guarded(action: Action): Action {
  return async (step) => {
    try {
      step.turn.checkHistory();
      await action(step);
    } catch (error) {
      if (!(error instanceof StateFailed)) throw error;
      await fail(step, error.failure);
    }
  };
}

/** Leaves the state: evaluates Assign and Output, and continues to the next state or ends the strand. */
export async function leave(step: Step, exit: Exit, visible: Visible, defaultOutput: Json): Promise<void> {
  const assigned = await evaluateAssign(step, exit.Assign, visible);
  const output = exit.Output === undefined ? defaultOutput : await evaluateField(step, exit.Output, 'Output', visible);
  if (exceedsPayloadLimit(output)) throw dataLimitExceeded(step.strand.state);
  step.emit(`${step.state.Type}StateExited`, exitedDetails(step.strand.state, output, assigned), 'stateExited');
  step.update({ variables: { ...step.strand.variables, ...assigned } });
  if (exit.Next === undefined) succeed(step, output);
  else goTo(step, exit.Next, output);
}

/** Leaves a state that may be tried again, with its result. */
export function leaveWithResult(step: Step, result: Json): Promise<void> {
  return leave(step, step.state as Exit, { result }, result);
}

/** Lets Retry try the state again, Catch go elsewhere, or the strand end. */
export async function fail(step: Step, failure: Failure): Promise<void> {
  recordEvaluation(step, failure);
  const { state } = step;
  // States.Runtime ends the execution at once: nothing retries or catches it, and no MapStateFailed precedes it (observed).
  const isMendable = failure.error !== 'States.Runtime';
  if (isMendable && (state.Type === 'Task' || state.Type === 'Parallel' || state.Type === 'Map')) {
    if (retry(step, failure)) return;
    if (state.Type !== 'Task') step.emit(`${state.Type}StateFailed`);
    const catcher = catcherOf(state.Catch, failure);
    if (catcher !== undefined) return catchFailure(step, catcher, failure);
  }
  endFailed(step, failure);
}

/** The failure of a result that is larger than a payload may be. Only a literal ErrorEquals matches it, unless a task's handler returned it. */
export function dataLimitExceeded(what: string, { literalOnly = true } = {}): StateFailed {
  return new StateFailed({
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    literalOnly,
  });
}

function recordEvaluation(step: Step, { error, cause, evaluation }: Failure): void {
  if (evaluation === undefined) return;
  step.update({ lastEventId: step.before });
  step.emit('EvaluationFailed', { cause, error, ...evaluation, state: step.strand.state });
}

function retry(step: Step, failure: Failure): boolean {
  const { state, turn } = step;
  const { clock, random } = turn.run.engine.options;
  const next = 'Retry' in state ? nextAttempt(state.Retry, step.strand.retries, failure, random) : undefined;
  if (next === undefined) return false;
  const until = clock.now() + next.delayMilliseconds;
  step.continueIn({ name: 'retrying', until }, { retries: next.spent });
  return true;
}

async function catchFailure(step: Step, catcher: Catcher, failure: Failure): Promise<void> {
  const errorOutput = errorOutputOf(failure);
  try {
    step.before = step.strand.lastEventId;
    await leave(step, catcher, { errorOutput }, errorOutput);
  } catch (error) {
    if (!(error instanceof StateFailed)) throw error;
    recordEvaluation(step, error.failure);
    endFailed(step, error.failure);
  }
}

/** A task that failed without error and cause hands on nulls, a time-out an empty cause (observed). */
function errorOutputOf({ error, cause }: Failure): JsonObject {
  return { Error: error ?? null, Cause: cause ?? (error === undefined ? null : '') };
}

function goTo(step: Step, state: string, input: Json): void {
  step.continueIn({ name: 'entering' }, { state, input, retries: [] });
}

function succeed(step: Step, output: Json): void {
  step.begin({ name: 'ended' }, { status: 'SUCCEEDED', output });
  if (step.strand.parent === undefined)
    endExecution(step.turn, { status: 'SUCCEEDED', output: JSON.stringify(output) });
  else step.turn.childEnded({ child: step });
}

function endFailed(step: Step, failure: Failure): void {
  // The phase is kept: a redrive continues from it.
  step.turn.run.release(step.id);
  step.update({ status: 'FAILED', step: step.strand.step + 1 });
  if (step.strand.parent === undefined) endExecution(step.turn, { status: 'FAILED', ...failure });
  else step.turn.childEnded({ child: step, failure });
}

function exitedDetails(name: string, output: Json, assigned: JsonObject | undefined) {
  return {
    ...(assigned !== undefined &&
      Object.keys(assigned).length > 0 && {
        assignedVariables: Object.fromEntries(
          Object.entries(assigned).map(([variable, value]) => [variable, JSON.stringify(value)]),
        ),
        assignedVariablesDetails: { truncated: false },
      }),
    name,
    output: JSON.stringify(output),
    outputDetails: { truncated: false },
  };
}
