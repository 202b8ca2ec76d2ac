import { startChildren } from '../children.ts';
import type { ParallelState } from '../definition/definition.ts';
import type { Step } from '../turn.ts';

/** Runs all branches at once. */
export async function attemptParallel(step: Step, state: ParallelState): Promise<void> {
  step.emit('ParallelStateStarted');
  await startChildren(step, { name: 'children', count: state.Branches.length, maxConcurrency: 0 });
}
