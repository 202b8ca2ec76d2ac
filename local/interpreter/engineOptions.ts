import type { Clock } from '../clock/clock.ts';
import type { Json, JsonObject } from './json.ts';
import type { Random } from './random.ts';
import type { Execution, HistoryEvent } from './records.ts';
import type { Resource } from './resource.ts';
import type { ExecutionStore } from './store.ts';

/** A task that someone outside the engine carries out. */
export interface TaskRequest {
  readonly resource: Resource;
  /** The evaluated Arguments; without Arguments the state's input. */
  readonly arguments: Json;
  readonly taskToken?: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly stateName: string;
  /** The role of the state machine, or the one that Credentials names. */
  readonly roleArn: string;
  readonly retryCount: number;
  readonly redriveCount: number;
  /** Aborted when nobody waits for the answer any more: a time-out, a stop. */
  readonly signal: AbortSignal;
}

/** Carries tasks out. Resolves with the task's result; rejects with a TaskFailure or any error with a literal `error` and `cause`. */
export interface Tasks {
  carryOut(request: TaskRequest): Promise<Json>;
}

/** Reads and writes the items of distributed Maps. */
export interface ItemStore {
  /** The items that an ItemReader names, MaxItems already applied. Rejects with States.ItemReaderFailed's cause as its message. */
  read(request: ItemRequest & { readonly readerConfig: JsonObject }): Promise<Json[]>;
  /** Writes the results and returns what the Map's output says about them. */
  write(
    request: ItemRequest & {
      readonly writerConfig: JsonObject;
      readonly mapRunArn: string;
      readonly results: readonly Json[];
    },
  ): Promise<Json>;
}

/** What an ItemReader or a ResultWriter asks for. */
export interface ItemRequest {
  readonly resource: string;
  readonly arguments: Json;
  readonly roleArn: string;
}

/** A state machine as it is at the moment; an execution keeps the definition that it starts with. */
export interface StateMachine {
  readonly stateMachineArn: string;
  readonly roleArn: string;
  readonly definition: string;
}

/** The event of an execution's change of status. */
export interface StatusChange {
  readonly execution: Execution;
}

/** An execution that a running one is about to start. */
export interface StartOfChild {
  /** In whose name it is started. */
  readonly roleArn: string;
  readonly startedByMachine: string;
  readonly stateMachineArn: string;
  readonly executionArn: string;
  /** Whether the running execution waits for its end. */
  readonly waits: boolean;
}

/** What an engine needs. */
export interface EngineOptions {
  readonly clock: Clock;
  readonly store: ExecutionStore;
  readonly random: Random;
  readonly tasks: Tasks;
  readonly items?: ItemStore;
  /** Finds a state machine by its ARN; undefined where there is none. */
  readonly findStateMachine: (stateMachineArn: string) => StateMachine | undefined;
  /** Throws an error with a name where the role may not start this execution, or may not wait for it. */
  readonly authorizeChild?: (child: StartOfChild) => void;
  /** Called after the change was made safe. */
  readonly onStatusChange?: (change: StatusChange) => void;
  /** Called after the event was made safe. */
  readonly onEvent?: (executionArn: string, event: HistoryEvent) => void;
}
