import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** How a run went so far, state by state: what people watch, and what `describe run` shows. */
export interface RunView {
  readonly states: readonly StateView[];
  /** State transitions, which Step Functions bills; retries count. */
  readonly transitions: number;
  readonly events: number;
}

export interface StateView {
  readonly name: string;
  readonly type: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'aborted';
  /** ISO 8601 */
  readonly enteredAt: string;
  readonly exitedAt?: string;
  /** Tries that failed, before the last one. */
  readonly failures: readonly { readonly error: string; readonly cause: string; readonly at: string }[];
  readonly inputBytes: number;
  readonly outputBytes?: number;
}

interface OpenState extends Omit<StateView, 'failures' | 'status' | 'exitedAt' | 'outputBytes'> {
  status: StateView['status'];
  exitedAt?: string;
  outputBytes?: number;
  failures: { error: string; cause: string; at: string }[];
}

/**
 * Reads the states of an execution off its history. Events name their predecessor, so what belongs to which state of
 * which parallel branch follows from the chain.
 */
export function viewOfRun(events: readonly HistoryEvent[]): RunView {
  const states: OpenState[] = [];
  /** The state that an event belongs to, by event id. */
  const owners = new Map<number, OpenState>();
  let transitions = 0;

  for (const event of events) {
    const { id = 0, previousEventId = 0, type = '', timestamp } = event;
    const at = timestamp?.toISOString() ?? '';
    let owner = owners.get(previousEventId);

    if (event.stateEnteredEventDetails) {
      owner = openedAgain(states, event, owner) ?? opened(states, event, at);
      transitions += 1;
    } else if (event.stateExitedEventDetails) {
      owner = lastOpen(states, event.stateExitedEventDetails.name) ?? owner;
      if (owner) close(owner, at, event.stateExitedEventDetails.output);
    } else {
      const failure = failureOf(event);
      if (owner && failure) owner.failures.push({ ...failure, at });
      if (owner && /^(Task|LambdaFunction)Scheduled$/.test(type) && owner.failures.length > 0) transitions += 1;
      if (type === 'ExecutionFailed' || type === 'ExecutionAborted' || type === 'ExecutionTimedOut')
        endOpen(states, type);
      if (type === 'ExecutionRedriven') reopen(states);
    }
    if (owner) owners.set(id, owner);
  }
  return { states, transitions, events: events.length };
}

function opened(states: OpenState[], event: HistoryEvent, at: string): OpenState {
  const { name = '', input = '' } = event.stateEnteredEventDetails ?? {};
  const state: OpenState = {
    name,
    type: (event.type ?? '').replace(/StateEntered$/, ''),
    status: 'running',
    enteredAt: at,
    failures: [],
    inputBytes: Buffer.byteLength(input),
  };
  states.push(state);
  return state;
}

/** A redriven state is entered once more; it stays one row. */
function openedAgain(states: OpenState[], event: HistoryEvent, _owner: OpenState | undefined): OpenState | undefined {
  const state = lastOpen(states, event.stateEnteredEventDetails?.name);
  if (state?.failures.length === 0) return undefined;
  if (state) state.status = 'running';
  return state;
}

function lastOpen(states: readonly OpenState[], name: string | undefined): OpenState | undefined {
  return states.findLast((state) => state.name === name && state.exitedAt === undefined);
}

function close(state: OpenState, at: string, output = ''): void {
  state.status = 'succeeded';
  state.exitedAt = at;
  state.outputBytes = Buffer.byteLength(output);
}

function endOpen(states: readonly OpenState[], type: string): void {
  for (const state of states) {
    if (state.exitedAt !== undefined) continue;
    state.status = type !== 'ExecutionAborted' && state.failures.length > 0 ? 'failed' : 'aborted';
  }
}

function reopen(states: readonly OpenState[]): void {
  for (const state of states) if (state.exitedAt === undefined) state.status = 'running';
}

function failureOf(event: HistoryEvent): { error: string; cause: string } | undefined {
  const details =
    event.lambdaFunctionFailedEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
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
