import { childStrands } from './children.ts';
import type { ExecutionDescription } from './description.ts';
import { topStrand } from './ending.ts';
import type { EngineCore } from './engineCore.ts';
import { StepFunctionsError } from './failures.ts';
import type { Execution, MapRunPhase, Phase } from './records.ts';
import { Step } from './turn.ts';

/** Continues an execution that failed, timed out or was stopped, at its state and with the input recorded there. */
export async function redrive(
  core: EngineCore,
  { executionArn, redriveStatus, redriveStatusReason }: ExecutionDescription,
): Promise<void> {
  if (redriveStatus !== 'REDRIVABLE') {
    const reason =
      redriveStatusReason ?? 'Execution belongs to a Map Run: redrive the execution that the Map Run belongs to';
    throw new StepFunctionsError('ExecutionNotRedrivable', reason);
  }
  await redriveExecution(core, executionArn);
}

async function redriveExecution(core: EngineCore, executionArn: string): Promise<void> {
  await core.run(executionArn).turn((turn) => {
    const { now, execution } = turn;
    const redriveCount = execution.redriveCount + 1;
    const eventId = turn.append('ExecutionRedriven', 0, { redriveCount });
    turn.batch.putExecution(runningAgain(core, execution, redriveCount, now));
    turn.afterwards(() => core.runs(executionArn));
    restart(new Step(turn, topStrand), eventId);
  });
}

/** Starts a strand again: where its children failed, only those; else the state that it was at. */
function restart(step: Step, eventId: number): void {
  const { turn, id, strand } = step;
  const phase = restartedPhase(step);
  step.update({ status: 'RUNNING', lastEventId: eventId, retries: [], step: strand.step + 1, phase });
  if (phase.name === 'mapRun') {
    restartMapRun(step, phase);
    return;
  }
  if (phase.name === 'children') {
    for (const child of childStrands(step)) {
      if (child.status !== 'SUCCEEDED') restart(new Step(turn, child.id), eventId);
    }
  }
  turn.afterwards(() => turn.run.continue(id));
}

/** Children and Map runs continue. Another state is entered again where it waited or was never entered, and else attempted again. */
function restartedPhase(step: Step): Phase {
  const { phase } = step.strand;
  if (phase.name === 'mapRun' || (phase.name === 'children' && childStrands(step).length > 0)) return phase;
  if (phase.name === 'entering' || step.state.Type === 'Wait') return { name: 'entering' };
  return { name: 'retrying', until: step.turn.now };
}

function restartMapRun(step: Step, { mapRunArn }: MapRunPhase): void {
  const { turn, id } = step;
  const { engine } = turn.run;
  const { stopDate, ...run } = engine.mapRun(mapRunArn);
  const redriveCount = run.redriveCount + 1;
  turn.batch.putMapRun({ ...run, status: 'RUNNING', redriveCount, redriveDate: turn.now });
  step.emit('MapRunRedriven', { mapRunArn, redriveCount });
  turn.afterwards(() => {
    void redriveChildren(engine, mapRunArn).then(() => turn.run.continue(id));
  });
}

async function redriveChildren(core: EngineCore, mapRunArn: string): Promise<void> {
  for (const { status, executionArn } of core.childrenOf(mapRunArn)) {
    if (status !== 'SUCCEEDED' && status !== 'RUNNING') await redriveExecution(core, executionArn);
  }
}

function runningAgain(core: EngineCore, execution: Execution, redriveCount: number, now: number): Execution {
  const { stopDate, error, cause, output, timeoutAt, ...rest } = execution;
  const { TimeoutSeconds } = core.definition(execution.definition);
  const limit = execution.mapRunArn === undefined &&
    TimeoutSeconds !== undefined && { timeoutAt: now + TimeoutSeconds * 1000 };
  return { ...rest, status: 'RUNNING', redriveCount, redriveDate: now, ...limit };
}
