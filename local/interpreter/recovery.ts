import type { EngineCore } from './engineCore.ts';
import type { Execution } from './records.ts';
import { watchDeadlines } from './states/task.ts';

/** Continues every execution that was running when the process before this one died. */
export async function recover(core: EngineCore): Promise<void> {
  for (const execution of [...core.ledger.executions.values()]) {
    if (execution.status !== 'RUNNING') continue;
    const run = core.run(execution.executionArn);
    core.watchTimeout(execution.executionArn);
    for (const strand of [...run.strands().values()]) {
      if (strand.status !== 'RUNNING') continue;
      watchDeadlines(run, strand);
      run.continue(strand.id);
    }
    if (isAbandoned(core, execution)) core.abort(execution.executionArn);
  }
}

/** Whether the process died after what the execution belongs to was stopped, and before it was notified. */
function isAbandoned(core: EngineCore, { mapRunArn, waitedForBy }: Execution): boolean {
  if (mapRunArn !== undefined) return core.mapRun(mapRunArn).status !== 'RUNNING';
  if (waitedForBy === undefined) return false;
  return core.ledger.strandsOf(waitedForBy.executionArn).get(waitedForBy.strand)?.status === 'ABORTED';
}
