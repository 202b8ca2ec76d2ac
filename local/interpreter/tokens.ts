import type { EngineCore } from './engineCore.ts';
import { StepFunctionsError } from './failures.ts';
import type { TaskAnswer } from './records.ts';
import { beat, tokenAnswered } from './states/task.ts';
import { readTaskToken } from './taskToken.ts';
import { guarded } from './transitions.ts';
import { Step, type Turn } from './turn.ts';

/** Completes the task that waits for the token. */
export function answerToken(core: EngineCore, token: string, answer: TaskAnswer): Promise<void> {
  return onWaitingTask(
    core,
    token,
    guarded((step) => tokenAnswered(step, answer)),
  );
}

/** Records for the task that waits for the token that its worker is alive. */
export function heartbeat(core: EngineCore, token: string): Promise<void> {
  return onWaitingTask(core, token, beat);
}

async function onWaitingTask(
  core: EngineCore,
  token: string,
  action: (step: Step) => Promise<void> | void,
): Promise<void> {
  const { executionArn, strand } = readTaskToken(token);
  if (!core.ledger.executions.has(executionArn))
    throw new StepFunctionsError('TaskDoesNotExist', `Task does not exist: '${token}'`);
  await core.run(executionArn).turn((turn) => {
    checkWaiting(turn, strand, token);
    return action(new Step(turn, strand));
  });
}

/** A token counts for one attempt, until it is answered or the attempt has ended in another way. */
function checkWaiting(turn: Turn, id: string, token: string): void {
  const strand = turn.run.strands().get(id);
  const isWaitedFor =
    strand?.status === 'RUNNING' &&
    'token' in strand.phase &&
    strand.phase.token === token &&
    !('answer' in strand.phase);
  if (!isWaitedFor)
    throw new StepFunctionsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
}
