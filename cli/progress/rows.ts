import type { RunView, StateView } from '../../shared/operations/runView.ts';
import { timeAtWork } from './pauses.ts';

/** One line of the picture: a state, or all items of a Map state in the same state together. */
export interface ProgressRow {
  readonly name: string;
  readonly depth: number;
  readonly status: StateView['status'];
  readonly times: number;
  /** How long it took, or has taken until now, without the time in which the run waited to be resumed. */
  readonly milliseconds: number;
  /** What it waits for, or why it failed. */
  readonly note: string | undefined;
  readonly awaitsReport: boolean;
  /** Failed tries that a retry or a resume has overcome, waits apart. */
  readonly retries: number;
}

/** The states of a run as rows, inner states under the outer one. `now` is the target's time. */
export function rowsOf(view: RunView, now: number): ProgressRow[] {
  const inside = new Map<number | undefined, { index: number; state: StateView }[]>();
  for (const [index, state] of view.states.entries()) {
    const siblings = inside.get(state.parent) ?? [];
    siblings.push({ index, state });
    inside.set(state.parent, siblings);
  }

  const rowsIn = (parent: number | undefined, depth: number): ProgressRow[] =>
    joined(branchByBranch(inside.get(parent) ?? [])).flatMap(({ states, indexes }) => [
      rowOf(states, depth, now, view),
      ...indexes.flatMap((index) => rowsIn(index, depth + 1)),
    ]);
  return rowsIn(undefined, 0);
}

const branchByBranch = <Sibling extends { readonly index: number; readonly state: StateView }>(
  siblings: readonly Sibling[],
) => siblings.toSorted((one, other) => one.state.branch - other.state.branch || one.index - other.index);

/** Items of a Map state share a row as long as they are in the same state and none has failed. */
function joined(siblings: readonly { readonly index: number; readonly state: StateView }[]) {
  const groups = new Map<string, { states: StateView[]; indexes: number[] }>();
  for (const { index, state } of siblings) {
    const isAlone = state.item === undefined || (state.status !== 'succeeded' && state.failures.length > 0);
    const key = isAlone ? String(index) : `${state.name} ${state.status}`;
    const group = groups.get(key) ?? { states: [], indexes: [] };
    group.states.push(state);
    group.indexes.push(index);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function rowOf(states: readonly StateView[], depth: number, now: number, view: RunView): ProgressRow {
  const [first] = states as readonly [StateView];
  const entered = Math.min(...states.map(({ enteredAt }) => Date.parse(enteredAt)));
  const exited = Math.max(...states.map(({ exitedAt }) => (exitedAt === undefined ? now : Date.parse(exitedAt))));
  return {
    name: first.name,
    depth,
    status: first.status,
    times: states.length,
    milliseconds: timeAtWork(entered, exited, view),
    note: noteOf(first),
    awaitsReport: first.awaitsReport === true,
    retries: states.flatMap(({ failures }) => failures).filter(({ error }) => error !== 'NotReady').length,
  };
}

/** A step that must wait says NotReady and why; its state tries again. */
function noteOf({ status, failures, awaitsReport }: StateView): string | undefined {
  const last = failures.at(-1);
  if (last === undefined || awaitsReport || status === 'succeeded' || status === 'aborted') return undefined;
  if (status === 'failed') return `${last.error}: ${last.cause}`;
  return last.error === 'NotReady' ? `waits: ${last.cause}` : `tries again after ${last.error}: ${last.cause}`;
}
