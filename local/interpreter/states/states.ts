import { deleteChildren } from '../children.ts';
import { StateFailed } from '../failures.ts';
import type { Step } from '../turn.ts';
import { enterChoice } from './choice.ts';
import { enterFail } from './fail.ts';
import { attemptMap } from './map.ts';
import { attemptParallel } from './parallel.ts';
import { enterPass } from './pass.ts';
import { enterSucceed } from './succeed.ts';
import { attemptTask } from './task.ts';
import { enterWait } from './wait.ts';

/** Enters the strand's state: records it, and does what the state is there for. */
export async function enter(step: Step): Promise<void> {
  const { strand, state, turn } = step;
  const id = step.emit(
    `${state.Type}StateEntered`,
    { input: inputText(step), inputDetails: { truncated: false }, name: strand.state },
    'stateEntered',
  );
  step.update({ enteredEventId: id, enteredAt: turn.now });
  await attempt(step);
}

/** Does what the state is there for, the first time or again. */
export async function attempt(step: Step): Promise<void> {
  const { state } = step;
  switch (state.Type) {
    case 'Pass':
      return enterPass(step, state);
    case 'Choice':
      return enterChoice(step, state);
    case 'Wait':
      return enterWait(step);
    case 'Succeed':
      return enterSucceed(step, state);
    case 'Fail':
      return enterFail(step, state);
    case 'Task':
      return attemptTask(step, state);
    case 'Parallel':
      deleteChildren(step);
      return attemptParallel(step, state);
    case 'Map':
      deleteChildren(step);
      return attemptMap(step, state);
    default:
      throw new StateFailed({
        error: 'States.Runtime',
        cause: `there is no state of type ${(state as { Type: string }).Type}`,
      });
  }
}

/** The first state gets the execution's input as it was written. */
function inputText({ strand, turn }: Step): string {
  const isFirst = strand.parent === undefined && strand.enteredEventId === 0;
  return isFirst ? turn.execution.input : JSON.stringify(strand.input);
}
