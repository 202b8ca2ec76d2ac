import { abandon } from './abandoning.ts';
import { endExecution } from './ending.ts';
import type { Turn } from './turn.ts';

interface Stop {
  readonly status?: 'ABORTED' | 'TIMED_OUT';
  readonly error?: string;
  readonly cause?: string;
}

/** Ends the execution from outside: by a stop, or because its time is over. What it was doing is aborted and may be redriven. */
export function stopExecution(turn: Turn, { status = 'ABORTED', ...failure }: Stop): void {
  if (turn.execution.status !== 'RUNNING') return;
  for (const strand of [...turn.run.strands().values()]) {
    if (strand.status !== 'RUNNING') continue;
    turn.run.release(strand.id);
    turn.batch.putStrand({ ...strand, status: 'ABORTED', step: strand.step + 1 });
    abandon(turn, strand);
  }
  endExecution(turn, { status, ...failure });
}
