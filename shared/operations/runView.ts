import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { type RunEvent, runEventOf } from './runEvent.ts';

/** How a run went so far, state by state: what people watch, and what `describe run` shows. */
export interface RunView {
  readonly states: readonly StateView[];
  /** State transitions, which Step Functions bills; retries count. */
  readonly transitions: number;
  readonly events: number;
  /** When the run had ended and waited for somebody to resume it. Absent: it was never resumed. */
  readonly pauses?: readonly Pause[];
}

/** ISO 8601 */
export interface Pause {
  readonly from: string;
  readonly until: string;
}

export interface StateView {
  readonly name: string;
  readonly type: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'aborted';
  /** Position in `states` of the Parallel or Map state around it. */
  readonly parent?: number;
  /** Position of the first state of its branch: states of one branch follow each other. */
  readonly branch: number;
  /** Which item of its Map state it works on, from 0. */
  readonly item?: number;
  /** Its call was answered and it waits for somebody to report. */
  readonly awaitsReport?: boolean;
  /** ISO 8601 */
  readonly enteredAt: string;
  readonly exitedAt?: string;
  /** Tries that failed, before the last one. */
  readonly failures: readonly { readonly error: string; readonly cause: string; readonly at: string }[];
  readonly inputBytes: number;
  readonly outputBytes?: number;
}

interface OpenState extends Omit<StateView, 'failures' | 'status' | 'exitedAt' | 'outputBytes' | 'awaitsReport'> {
  readonly index: number;
  status: StateView['status'];
  exitedAt?: string;
  outputBytes?: number;
  failures: { error: string; cause: string; at: string }[];
  awaitsReport?: boolean;
  /** The resource of its last call; a call after a redrive is matched to its state by it. */
  calls?: string;
}

/** What an event belongs to: a state, and within a Map state one item. */
interface Place {
  readonly state?: OpenState | undefined;
  readonly item?: number | undefined;
  /** The state has ended with this event: what follows is next to it, not in it. */
  readonly after?: boolean;
}

/** Reads the states of an execution off its whole history. */
export function viewOfRun(history: readonly HistoryEvent[]): RunView {
  const reader = createRunReader();
  reader.read(history.map(runEventOf));
  return reader.view();
}

/** A view that grows with its run. */
export interface RunReader {
  /** The next events of the history, in their order; those that were read before are passed over. */
  read(events: readonly RunEvent[]): void;
  view(): RunView;
  /** The last event that was read; 0 before the first. */
  readonly last: number;
}

/**
 * Begins to read a run. Events name their predecessor, so what belongs to which state of which parallel branch follows from
 * the chain.
 */
export function createRunReader(): RunReader {
  const states: OpenState[] = [];
  const places = new Map<number, Place>();
  const pauses: Pause[] = [];
  let endedAt = '';
  let transitions = 0;
  let last = 0;

  const readOne = (event: RunEvent): void => {
    const { id, previous, type, at } = event;
    const before = places.get(previous) ?? {};
    last = id;

    if (type.endsWith('StateEntered')) {
      places.set(id, { state: enteredAgain(states, event, before) ?? entered(states, event, before) });
      transitions += 1;
    } else if (type.endsWith('StateExited')) {
      const state = around(states, before.state, event.name) ?? lastOpen(states, event.name);
      if (state) close(state, event);
      places.set(id, { state, item: state?.item, after: true });
    } else if (type === 'MapIterationStarted') {
      places.set(id, { state: around(states, before.state, event.name) ?? before.state, item: event.item });
    } else {
      const state = before.state ?? redriven(states, event);
      places.set(id, { ...before, state });
      if (state && note(state, event)) transitions += 1;
      if (/^Execution(Failed|Aborted|TimedOut)$/.test(type)) {
        endOpen(states, event);
        endedAt = at;
      }
      if (type === 'ExecutionRedriven') {
        for (const open of unfinished(states)) open.status = 'running';
        pauses.push({ from: endedAt, until: at });
      }
    }
  };

  return {
    read(events) {
      for (const event of events) if (event.id > last) readOne(event);
    },
    view() {
      const view = { states: states.map(shown), transitions, events: last };
      return pauses.length === 0 ? view : { ...view, pauses: [...pauses] };
    },
    get last() {
      return last;
    },
  };
}

function entered(states: OpenState[], event: RunEvent, before: Place): OpenState {
  const { name = '', bytes = 0, type, at } = event;
  const parent = before.after ? before.state?.parent : before.state?.index;
  const state: OpenState = {
    index: states.length,
    name,
    type: type.replace(/StateEntered$/, ''),
    status: 'running',
    ...(parent !== undefined && { parent }),
    branch: before.after ? (before.state?.branch ?? states.length) : states.length,
    ...(before.item !== undefined && { item: before.item }),
    enteredAt: at,
    failures: [],
    inputBytes: bytes,
  };
  states.push(state);
  return state;
}

/** A state that a redrive enters once more stays one row; only then does nothing but the redrive come before it. */
function enteredAgain(states: readonly OpenState[], { name }: RunEvent, before: Place): OpenState | undefined {
  return before.state === undefined ? lastOpen(states, name) : undefined;
}

/** The state that a call belongs to which follows a redrive directly: an unfinished one that made the same call before. */
function redriven(states: readonly OpenState[], { calls }: RunEvent): OpenState | undefined {
  if (calls === undefined) return undefined;
  const state = unfinished(states).find((open) => open.calls === calls);
  if (state) delete state.calls;
  return state;
}

/** The state itself or the nearest one around it that bears the name. */
function around(
  states: readonly OpenState[],
  from: OpenState | undefined,
  name: string | undefined,
): OpenState | undefined {
  let state = from;
  while (state && (state.name !== name || state.exitedAt !== undefined))
    state = state.parent === undefined ? undefined : states[state.parent];
  return state;
}

const unfinished = (states: readonly OpenState[]): OpenState[] =>
  states.filter(({ exitedAt }) => exitedAt === undefined);

const lastOpen = (states: readonly OpenState[], name: string | undefined): OpenState | undefined =>
  unfinished(states).findLast((state) => state.name === name);

function close(state: OpenState, { at, bytes = 0 }: RunEvent): void {
  state.status = 'succeeded';
  state.exitedAt = at;
  state.outputBytes = bytes;
}

/** Notes a failure, a call or its answer. True when the call is a retry, which is billed as a transition. */
function note(state: OpenState, { type, at, failure, calls }: RunEvent): boolean {
  if (type === 'TaskSubmitted') state.awaitsReport = true;
  else delete state.awaitsReport;
  if (failure) state.failures.push({ ...failure, at });
  if (calls === undefined) return false;
  state.calls = calls;
  return state.failures.length > 0;
}

/** The states whose last failure ended the execution have failed; what else was under way was only cut off. */
function endOpen(states: readonly OpenState[], { ended }: RunEvent): void {
  for (const state of unfinished(states)) {
    const last = state.failures.at(-1);
    const isCause = last !== undefined && last.error === ended?.error && last.cause === ended.cause;
    state.status = isCause ? 'failed' : 'aborted';
  }
}

const shown = ({ index: _, calls: __, ...state }: OpenState): StateView => state;
