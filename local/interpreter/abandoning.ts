import { endMapRun } from './mapRuns.ts';
import type { Strand } from './records.ts';
import { Step, type Turn } from './turn.ts';

/** Stops what an aborted strand was waiting for: a child execution or a Map run. */
export function abandon(turn: Turn, { id, phase }: Strand): void {
  if (phase.name === 'submitted' && phase.childArn !== undefined) {
    const { childArn } = phase;
    turn.afterwards(() => turn.run.engine.abort(childArn));
  }
  if (phase.name === 'mapRun' || phase.name === 'readingItems' || phase.name === 'writingResults') {
    endMapRun(new Step(turn, id), 'ABORTED');
  }
}
