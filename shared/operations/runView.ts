import type { HistoryEvent } from '@aws-sdk/client-sfn';

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
  /** What it called last, which tells whose call it is that a redrive makes again. */
  calls?: string;
}

/** What an event belongs to: a state, and within a Map state one item. */
interface Place {
  readonly state?: OpenState | undefined;
  readonly item?: number | undefined;
  /** The state has ended with this event: what follows stands beside it, not in it. */
  readonly after?: boolean;
}

/**
 * Reads the states of an execution off its history. Events name their predecessor, so what belongs to which state of
 * which parallel branch follows from the chain.
 */
export function viewOfRun(events: readonly HistoryEvent[]): RunView {
  const states: OpenState[] = [];
  const places = new Map<number, Place>();
  const pauses: Pause[] = [];
  let endedAt = '';
  let transitions = 0;

  for (const event of events) {
    const { id = 0, previousEventId = 0, type = '', timestamp } = event;
    const at = timestamp?.toISOString() ?? '';
    const before = places.get(previousEventId) ?? {};

    if (event.stateEnteredEventDetails) {
      places.set(id, { state: enteredAgain(states, event, before) ?? entered(states, event, at, before) });
      transitions += 1;
    } else if (event.stateExitedEventDetails) {
      const { name, output } = event.stateExitedEventDetails;
      const state = around(states, before.state, name) ?? lastOpen(states, name);
      if (state) close(state, at, output);
      places.set(id, { state, item: state?.item, after: true });
    } else if (event.mapIterationStartedEventDetails) {
      const { name, index } = event.mapIterationStartedEventDetails;
      places.set(id, { state: around(states, before.state, name) ?? before.state, item: index });
    } else {
      const state = before.state ?? redriven(states, event);
      places.set(id, { ...before, state });
      if (state && note(state, event, at)) transitions += 1;
      if (/^Execution(Failed|Aborted|TimedOut)$/.test(type)) {
        endOpen(states, event);
        endedAt = at;
      }
      if (type === 'ExecutionRedriven') {
        for (const open of unfinished(states)) open.status = 'running';
        pauses.push({ from: endedAt, until: at });
      }
    }
  }
  const view = { states: states.map(shown), transitions, events: events.length };
  return pauses.length === 0 ? view : { ...view, pauses };
}

function entered(states: OpenState[], event: HistoryEvent, at: string, before: Place): OpenState {
  const { name = '', input = '' } = event.stateEnteredEventDetails ?? {};
  const parent = before.after ? before.state?.parent : before.state?.index;
  const state: OpenState = {
    index: states.length,
    name,
    type: (event.type ?? '').replace(/StateEntered$/, ''),
    status: 'running',
    ...(parent !== undefined && { parent }),
    branch: before.after ? (before.state?.branch ?? states.length) : states.length,
    ...(before.item !== undefined && { item: before.item }),
    enteredAt: at,
    failures: [],
    inputBytes: Buffer.byteLength(input),
  };
  states.push(state);
  return state;
}

/** A state that a redrive enters once more stays one row; only then does nothing but the redrive come before it. */
function enteredAgain(states: readonly OpenState[], event: HistoryEvent, before: Place): OpenState | undefined {
  return before.state === undefined ? lastOpen(states, event.stateEnteredEventDetails?.name) : undefined;
}

/** The state that a call belongs to which follows a redrive directly: an unfinished one that made the same call before. */
function redriven(states: readonly OpenState[], event: HistoryEvent): OpenState | undefined {
  const calls = callOf(event);
  if (calls === undefined) return undefined;
  const state = unfinished(states).find((open) => open.calls === calls);
  if (state) delete state.calls;
  return state;
}

function callOf(event: HistoryEvent): string | undefined {
  const { taskScheduledEventDetails: task, lambdaFunctionScheduledEventDetails: lambda } = event;
  if (lambda) return lambda.resource;
  if (!task) return undefined;
  // The rest of the parameters holds a token that is new each time.
  return /"FunctionName":"([^"]+)"/.exec(task.parameters ?? '')?.[1] ?? task.resource;
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

function close(state: OpenState, at: string, output = ''): void {
  state.status = 'succeeded';
  state.exitedAt = at;
  state.outputBytes = Buffer.byteLength(output);
}

/** Notes a failure, a call or its answer. True when the call is a retry, which is billed as a transition. */
function note(state: OpenState, event: HistoryEvent, at: string): boolean {
  if (event.taskSubmittedEventDetails) state.awaitsReport = true;
  else delete state.awaitsReport;
  const failure = failureOf(event);
  if (failure) state.failures.push({ ...failure, at });
  const calls = callOf(event);
  if (calls === undefined) return false;
  state.calls = calls;
  return state.failures.length > 0;
}

/** The states whose last failure ended the execution have failed; what else was under way was only cut off. */
function endOpen(states: readonly OpenState[], { executionFailedEventDetails: ended }: HistoryEvent): void {
  for (const state of unfinished(states)) {
    const last = state.failures.at(-1);
    const isCause = last !== undefined && last.error === ended?.error && last.cause === causeText(ended.cause ?? '');
    state.status = isCause ? 'failed' : 'aborted';
  }
}

function failureOf(event: HistoryEvent): { error: string; cause: string } | undefined {
  const details =
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.lambdaFunctionScheduleFailedEventDetails ??
    event.lambdaFunctionStartFailedEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.evaluationFailedEventDetails;
  return details && { error: details.error ?? '', cause: causeText(details.cause ?? '') };
}

/** Lambda's causes are JSON with the message inside. */
function causeText(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
}

const shown = ({ index: _, calls: __, ...state }: OpenState): StateView => state;
