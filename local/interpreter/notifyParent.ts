import type { EngineCore } from './engineCore.ts';
import { mapChildEnded } from './mapRuns.ts';
import type { Execution } from './records.ts';
import { guarded } from './transitions.ts';

/** Notifies the parent that waits for an execution that it has ended: a `.sync` task or a Map run. Does nothing while it runs. */
export function notifyParent(core: EngineCore, child: Execution): void {
  if (child.status === 'RUNNING') return;
  if (child.waitedForBy !== undefined) notifyTask(core, child);
  if (child.mapRunArn !== undefined) notifyMapRun(core, child, child.mapRunArn);
}

function notifyTask(core: EngineCore, child: Execution): void {
  const { executionArn, strand: id, step } = child.waitedForBy ?? { executionArn: '', strand: '', step: 0 };
  const strand = core.ledger.strandsOf(executionArn).get(id);
  if (strand?.phase.name !== 'submitted' || strand.step !== step) return;
  core.run(executionArn).continue(id);
}

function notifyMapRun(core: EngineCore, child: Execution, mapRunArn: string): void {
  const { executionArn, strand: id, status } = core.mapRun(mapRunArn);
  const strand = core.ledger.strandsOf(executionArn).get(id);
  if (status !== 'RUNNING' || strand?.phase.name !== 'mapRun' || strand.phase.mapRunArn !== mapRunArn) return;
  const action = guarded((parent) => mapChildEnded(parent, child));
  core.run(executionArn).post(id, action, strand.step);
}
