import type { Json, JsonObject } from '../json.ts';

/** A state machine's definition in Amazon States Language, JSONata only. It was validated: every name in it leads somewhere. */
export interface Definition extends StateGroup {
  /** Where it is not said, every state says it. */
  readonly QueryLanguage?: 'JSONata';
  readonly TimeoutSeconds?: number;
}

/** States and where to begin: a machine, a branch of a Parallel or the processor of a Map. */
export interface StateGroup {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

interface StateBase {
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  readonly Next?: string;
  readonly End?: boolean;
}

/** What Task, Parallel and Map have: they may fail and be tried again. */
interface FallibleState extends StateBase {
  readonly Arguments?: Json;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

/** How often and how long apart a failed state is tried again. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

/** Where a failed state goes. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

/** A state that has work done. */
export interface TaskState extends FallibleState {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly TimeoutSeconds?: number | string;
  readonly HeartbeatSeconds?: number | string;
  readonly Credentials?: JsonObject;
}

/** A state that runs branches at once. */
export interface ParallelState extends FallibleState {
  readonly Type: 'Parallel';
  readonly Branches: readonly StateGroup[];
}

/** A state that runs its processor once for each item. */
export interface MapState extends FallibleState {
  readonly Type: 'Map';
  readonly Items?: Json;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number | string;
  readonly ItemProcessor: StateGroup & {
    readonly ProcessorConfig?: { readonly Mode?: string; readonly ExecutionType?: string };
  };
  readonly ItemReader?: { readonly Resource: string; readonly Arguments?: Json; readonly ReaderConfig?: JsonObject };
  readonly ItemBatcher?: {
    readonly MaxItemsPerBatch?: number | string;
    readonly MaxInputBytesPerBatch?: number | string;
    readonly BatchInput?: Json;
  };
  readonly ResultWriter?: { readonly Resource?: string; readonly Arguments?: Json; readonly WriterConfig?: JsonObject };
  readonly ToleratedFailureCount?: number | string;
  readonly ToleratedFailurePercentage?: number | string;
  readonly Label?: string;
}

/** A state that only makes output and variables. */
export interface PassState extends StateBase {
  readonly Type: 'Pass';
}

/** A state that goes different ways. */
export interface ChoiceState extends StateBase {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

/** A way out of a Choice. */
export interface ChoiceRule {
  readonly Condition: string | boolean;
  readonly Next: string;
  readonly Assign?: JsonObject;
  readonly Output?: Json;
}

/** A state that waits for a span or until a time. */
export interface WaitState extends StateBase {
  readonly Type: 'Wait';
  readonly Seconds?: number | string;
  readonly Timestamp?: string;
}

/** A state that ends its strand well. */
export interface SucceedState extends StateBase {
  readonly Type: 'Succeed';
}

/** A state that ends its strand badly. */
export interface FailState extends StateBase {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly Cause?: string;
}

/** Any state. */
export type State =
  | TaskState
  | ParallelState
  | MapState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState;

/** Whether the Map runs its items as child executions. */
export function isDistributed(map: MapState): boolean {
  return map.ItemProcessor.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

/**
 * The group of states that a path leads to: names of states from the machine down, a Parallel's name followed by the number
 * of a branch. An empty path is the machine itself.
 */
export function groupAt(definition: StateGroup, path: readonly string[]): StateGroup {
  let group = definition;
  for (let step = 0; step < path.length; step++) {
    const state = stateOf(group, path[step] ?? '');
    const inner =
      state.Type === 'Parallel'
        ? state.Branches[Number(path[++step])]
        : state.Type === 'Map'
          ? state.ItemProcessor
          : undefined;
    if (inner === undefined) throw new Error(`the definition has no states at ${path.join('/')}`);
    group = inner;
  }
  return group;
}

/** The state of that name in the group. */
export function stateOf(group: StateGroup, name: string): State {
  const state = group.States[name];
  if (state === undefined) throw new Error(`the definition has no state ${name}`);
  return state;
}
