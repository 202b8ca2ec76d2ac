import { startMissing } from './children.ts';
import type { MapState, TaskState } from './definition/definition.ts';
import type { EngineCore } from './engineCore.ts';
import { fillMapRun, writeResults } from './mapRuns.ts';
import { notifyParent } from './notifyParent.ts';
import type { Execution, Phase, Strand, TaskPhase } from './records.ts';
import { parseResource, startsExecution } from './resource.ts';
import type { Action, ExecutionRun } from './run.ts';
import { readItems } from './states/distributedMap.ts';
import { launch } from './states/startExecution.ts';
import { attempt, enter } from './states/states.ts';
import { startTask, taskSettled, watchDeadlines } from './states/task.ts';
import { beginWaiting, endWaiting } from './states/wait.ts';
import { abortExecution } from './stopping.ts';
import { guarded } from './transitions.ts';
import type { Step } from './turn.ts';

/** Continues every execution that was running when the process before this one died. */
export async function recover(core: EngineCore): Promise<void> {
  for (const execution of [...core.ledger.executions.values()]) {
    if (execution.status !== 'RUNNING') continue;
    const run = core.run(execution.executionArn);
    core.watchTimeout(execution.executionArn);
    for (const strand of [...run.strands().values()]) if (strand.status === 'RUNNING') resume(run, strand);
    if (isAbandoned(core, execution)) abortExecution(core, execution.executionArn);
  }
}

/** Whether the process died after what the execution belongs to was stopped, and before it was notified. */
function isAbandoned(core: EngineCore, { mapRunArn, waitedForBy }: Execution): boolean {
  if (mapRunArn !== undefined) return core.mapRun(mapRunArn).status !== 'RUNNING';
  if (waitedForBy === undefined) return false;
  return core.ledger.strandsOf(waitedForBy.executionArn).get(waitedForBy.strand)?.status === 'ABORTED';
}

/** Continues one strand from what its record says. */
function resume(run: ExecutionRun, { id, phase }: Strand): void {
  if (phase.name === 'waiting') run.wakeAt(id, phase.until, guarded(endWaiting));
  else if (phase.name === 'retrying') run.wakeAt(id, phase.until, guarded(attempt));
  else run.post(id, guarded(resumption(phase)));
}

function resumption(phase: Phase): Action {
  switch (phase.name) {
    case 'evaluatingWait':
      return beginWaiting;
    case 'scheduled':
      return startTask;
    case 'running':
      return resumeRunning;
    case 'submitted':
      return resumeSubmitted;
    case 'children':
      return startMissing;
    case 'readingItems':
      return (step) => readItems(step, step.state as MapState);
    case 'mapRun':
      return fillMapRun;
    case 'writingResults':
      return (step) => writeResults(step, step.turn.run.engine.mapRun(phase.mapRunArn));
    default:
      return enter;
  }
}

/** Nobody knows how far the handler came: the attempt has failed, and the state's Retry decides. A child execution is found again. */
async function resumeRunning(step: Step): Promise<void> {
  const { Resource } = step.state as TaskState;
  const resource = parseResource(Resource);
  if (resource !== undefined && startsExecution(resource)) {
    watchDeadlines(step);
    void launch(step, resource);
    return;
  }
  const error = resource?.resourceType === 'lambda' ? 'Lambda.Unknown' : 'Task.Unknown';
  await taskSettled(step, {
    failure: { error, cause: 'The process that carried out the task ended before it answered.' },
  });
}

function resumeSubmitted(step: Step): void {
  watchDeadlines(step);
  const { childArn } = step.strand.phase as TaskPhase;
  if (childArn !== undefined)
    step.turn.afterwards(() => notifyParent(step.turn.run.engine, step.turn.run.engine.execution(childArn)));
}
