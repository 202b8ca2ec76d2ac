import type { Failure } from './failures.ts';
import type { Json } from './json.ts';

/** One run of a state machine, or of one item of a distributed Map. A record is never changed in place. */
export interface Execution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  readonly name: string;
  readonly roleArn: string;
  /** Key of the definition that it started with and keeps. */
  readonly definition: string;
  /** Where in the definition its states are: empty but for a distributed Map's children. */
  readonly path: readonly string[];
  readonly status: ExecutionStatus;
  readonly input: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly timeoutAt?: number;
  readonly redriveCount: number;
  readonly redriveDate?: number;
  /** The Map run that it belongs to, and which of its children it is. */
  readonly mapRunArn?: string;
  readonly item?: MapItem;
  /** The strand that started it. */
  readonly startedBy?: StrandReference;
  /** The strand that waits for its end (startExecution.sync). */
  readonly waitedForBy?: StrandReference;
}

/** The status of an execution. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** One step of one strand: answers that are meant for an earlier step are recognised by its number and dropped. */
export interface StrandReference {
  readonly executionArn: string;
  readonly strand: string;
  readonly step: number;
}

/** The item of a Map that a strand or an execution works on. */
export interface MapItem {
  readonly index: number;
  readonly value: Json;
}

/**
 * One sequential line of states: the top level, a branch of a Parallel or an iteration of an inline Map. It is put at every
 * transition, and a new process continues from what it says.
 */
export interface Strand {
  readonly executionArn: string;
  readonly id: string;
  readonly parent?: string;
  readonly index: number;
  readonly item?: MapItem;
  readonly path: readonly string[];
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly state: string;
  readonly input: Json;
  /** Assigned in this strand; what the enclosing strands assigned is read from them. */
  readonly variables: Readonly<Record<string, Json>>;
  readonly enteredEventId: number;
  readonly enteredAt: number;
  readonly lastEventId: number;
  /** Attempts that each Retrier of the present state has spent. */
  readonly retries: readonly number[];
  /** Grows with every phase. */
  readonly step: number;
  readonly phase: Phase;
  readonly output?: Json;
}

/** What the strand is doing within its state. */
export type Phase =
  | { readonly name: 'entering' }
  | { readonly name: 'waiting'; readonly until: number }
  | { readonly name: 'evaluatingWait' }
  | { readonly name: 'retrying'; readonly until: number }
  | TaskPhase
  | ChildrenPhase
  | MapRunPhase
  | { readonly name: 'ended' };

/** The branches of a Parallel or the iterations of an inline Map run. */
export interface ChildrenPhase {
  readonly name: 'children';
  readonly count: number;
  /** How many may run at once; 0 for all. */
  readonly maxConcurrency: number;
  /** What a Map iterates over. */
  readonly items?: readonly Json[];
}

/** A distributed Map reads its items, runs its children or writes their results. */
export interface MapRunPhase {
  readonly name: 'readingItems' | 'mapRun' | 'writingResults';
  readonly mapRunArn: string;
}

/** One attempt of a task. */
export interface TaskPhase {
  /** Scheduled: its handler was not called. Running: it was, and has not answered. Submitted: it has, and the token or the child execution decides. */
  readonly name: 'scheduled' | 'running' | 'submitted';
  readonly arguments: Json;
  readonly token?: string;
  readonly timeoutSeconds?: number;
  readonly heartbeatSeconds?: number;
  readonly timeoutAt?: number;
  readonly heartbeatAt?: number;
  readonly roleArn?: string;
  /** The name under which the child execution is started, chosen before it is, so that a new process adopts it. */
  readonly childName?: string;
  readonly childArn?: string;
  /** The token's answer, where it came before the handler's. */
  readonly answer?: TaskAnswer;
}

/** What a handler or a token answers. */
export type TaskAnswer = { readonly output: Json } | { readonly failure: Failure };

/** What one child execution of a Map run works on. */
export interface MapRunItem {
  readonly value: Json;
  readonly input: Json;
  /** How many items it stands for; 1 without a batcher. */
  readonly count: number;
}

/** One run of a distributed Map. */
export interface MapRun {
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly strand: string;
  readonly stateMachineName: string;
  readonly label: string;
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly items: readonly MapRunItem[];
  readonly maxConcurrency: number;
  readonly toleratedFailureCount?: number;
  readonly toleratedFailurePercentage?: number;
  readonly startDate: number;
  readonly stopDate?: number;
  readonly redriveCount: number;
  readonly redriveDate?: number;
}

/** One event of a history. Details carry JSON as text, as AWS does. */
export interface HistoryEvent {
  readonly timestamp: number;
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>>;
}
