import type { RunView, StateView } from '../../shared/operations/runView.ts';
import { timeAtWork } from '../progress/pauses.ts';

/** One state on the way that decided how long a run took. */
export interface PathStep {
  readonly name: string;
  /** Without the time in which the run waited to be resumed. */
  readonly milliseconds: number;
}

/**
 * The chain of states that decided how long the run took: in each Parallel or Map state the branch that ended last. What
 * is within a state represents it.
 */
export function measuredPath(view: RunView): PathStep[] {
  const { states } = view;
  const within = (parent: number | undefined): { index: number; state: StateView }[] =>
    [...states.entries()].flatMap(([index, state]) => (state.parent === parent ? [{ index, state }] : []));

  const chain = (parent: number | undefined): PathStep[] => {
    const siblings = within(parent);
    const steps: PathStep[][] = [];
    let at = lastToEnd(siblings);
    while (at) {
      const { index, state } = at;
      const inner = chain(index);
      steps.unshift(inner.length > 0 ? inner : [{ name: state.name, milliseconds: lengthOf(state, view) }]);
      at = lastToEnd(siblings.filter((one) => one.index < index && leadsTo(one.state, state)));
    }
    return steps.flat();
  };
  return chain(undefined);
}

function lastToEnd(siblings: readonly { readonly index: number; readonly state: StateView }[]) {
  return siblings.reduce<(typeof siblings)[number] | undefined>(
    (last, one) => (last === undefined || endOf(one.state) >= endOf(last.state) ? one : last),
    undefined,
  );
}

/** What ended last before a state began led to it. Within one Map state each item is a chain of its own. */
const leadsTo = (earlier: StateView, later: StateView): boolean =>
  earlier.item === later.item && endOf(earlier) <= Date.parse(later.enteredAt);

const endOf = ({ exitedAt }: StateView): number =>
  exitedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(exitedAt);

const lengthOf = (state: StateView, view: RunView): number =>
  state.exitedAt === undefined ? 0 : timeAtWork(Date.parse(state.enteredAt), endOf(state), view);
