import { startMissing } from './children.ts';
import { fillMapRun, writeResults } from './mapRuns.ts';
import type { Phase } from './records.ts';
import type { Action } from './run.ts';
import { readItems } from './states/distributedMap.ts';
import { childSettled } from './states/startExecution.ts';
import { attempt, enter } from './states/states.ts';
import { continueRunning, startTask } from './states/task.ts';
import { beginWaiting, endWaiting } from './states/wait.ts';
import { guarded } from './transitions.ts';
import type { Step } from './turn.ts';

/** Does what comes next in the strand's phase: the same whether the phase has just begun or a new process finds it recorded. */
export const proceed: Action = guarded((step: Step) => actionOf(step.strand.phase)(step));

function actionOf({ name }: Phase): Action {
  switch (name) {
    case 'entering':
      return enter;
    case 'retrying':
      return attempt;
    case 'evaluatingWait':
      return beginWaiting;
    case 'waiting':
      return endWaiting;
    case 'scheduled':
      return startTask;
    case 'running':
      return continueRunning;
    case 'submitted':
      return childSettled;
    case 'children':
      return startMissing;
    case 'readingItems':
      return readItems;
    case 'mapRun':
      return fillMapRun;
    case 'writingResults':
      return writeResults;
    case 'ended':
      throw new Error('a strand that has ended does not continue');
  }
}
