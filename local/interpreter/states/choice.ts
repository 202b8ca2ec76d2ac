import type { ChoiceState } from '../definition/definition.ts';
import { evaluateFieldAs, placeOf } from '../evaluation.ts';
import { StateFailed } from '../failures.ts';
import { causedAt } from '../jsonata/evaluate.ts';
import { leave } from '../transitions.ts';
import type { Step } from '../turn.ts';

/** Goes where the first true condition leads. A rule has its own Assign and Output; those of the state belong to Default. */
export async function enterChoice(step: Step, state: ChoiceState): Promise<void> {
  for (const [position, rule] of state.Choices.entries()) {
    if (await evaluateFieldAs('boolean', step, rule.Condition, `Choices[${position}]/Condition`)) {
      return leave(step, rule, {}, step.strand.input);
    }
  }
  if (state.Default === undefined) {
    throw new StateFailed({
      error: 'States.NoChoiceMatched',
      cause: causedAt(placeOf(step), 'Failed to find a matching choice rule, and the state has no Default.'),
    });
  }
  const { Assign, Output } = state;
  await leave(
    step,
    { Next: state.Default, ...(Assign !== undefined && { Assign }), ...(Output !== undefined && { Output }) },
    {},
    step.strand.input,
  );
}
