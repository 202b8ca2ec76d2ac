import type { Definition } from './definition/definition.ts';
import { parseDefinition } from './definition/parse.ts';
import type { EngineOptions } from './engineOptions.ts';
import { StepFunctionsError } from './failures.ts';
import { createFunctions, type Functions } from './jsonata/functions.ts';
import { Ledger } from './ledger.ts';
import type { Execution, MapRun } from './records.ts';
import { type Action, ExecutionRun } from './run.ts';
import type { EndedChild, Turn } from './turn.ts';

/** The states of the children of a Map run. */
interface MapRunChildren {
  next: number;
  active: number;
  failedItems: number;
}

/** What happens next to strands and executions. Modules that begin something queue it here and know nothing of what carries it out. */
export interface Continuations {
  /** Does what comes next in the strand's phase. */
  readonly proceed: Action;
  /** Lets the state around a branch or iteration decide what its end means. */
  readonly childEnded: (ended: EndedChild) => Promise<void>;
  /** Ends an execution from outside. */
  readonly stopExecution: (turn: Turn, stop: { readonly status?: 'TIMED_OUT' }) => void;
  /** Notifies the parent that waits for an execution, once it has ended. */
  readonly notifyParent: (core: EngineCore, child: Execution) => void;
}

/** What all executions of an engine share. */
export class EngineCore {
  readonly continuations: Continuations;
  readonly options: EngineOptions;
  readonly ledger: Ledger;
  readonly functions: Functions;
  readonly #active = new Map<string, ExecutionRun>();
  readonly #definitions = new Map<string, Definition>();
  readonly #mapRuns = new Map<string, MapRunChildren>();
  readonly #waiting = new Map<string, ((execution: Execution) => void)[]>();

  constructor(options: EngineOptions, continuations: Continuations) {
    this.continuations = continuations;
    this.options = options;
    this.ledger = new Ledger(options.store);
    this.functions = createFunctions(options.clock, options.random);
  }

  /** The record of an execution. */
  execution(arn: string): Execution {
    const execution = this.ledger.executions.get(arn);
    if (execution === undefined)
      throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /** The record of a Map run. */
  mapRun(arn: string): MapRun {
    const run = this.ledger.mapRuns.get(arn);
    if (run === undefined) throw new StepFunctionsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return run;
  }

  /** The definition that was stored under a key. */
  definition(key: string): Definition {
    return this.learn(key, this.ledger.definitions.get(key) ?? '');
  }

  /** The execution's run in this process. */
  run(arn: string): ExecutionRun {
    const known = this.#active.get(arn);
    if (known !== undefined) return known;
    const run = new ExecutionRun(this, this.execution(arn));
    this.#active.set(arn, run);
    return run;
  }

  /** The child executions of a Map run, in the order in which they were started. */
  childrenOf(mapRunArn: string): Execution[] {
    return this.ledger.childrenOf(mapRunArn).map((arn) => this.execution(arn));
  }

  /** The states of the children of a Map run; counted once a process, from the records. */
  mapRunChildren(mapRunArn: string): MapRunChildren {
    const known = this.#mapRuns.get(mapRunArn);
    if (known !== undefined) return known;
    const { items } = this.mapRun(mapRunArn);
    const children = this.childrenOf(mapRunArn);
    const failed = children.filter(({ status }) => status !== 'RUNNING' && status !== 'SUCCEEDED');
    const counted = {
      next: children.length,
      active: children.filter(({ status }) => status === 'RUNNING').length,
      failedItems: failed.reduce((sum, { item }) => sum + (items[item?.index ?? 0]?.count ?? 1), 0),
    };
    this.#mapRuns.set(mapRunArn, counted);
    return counted;
  }

  /** Forgets the count of a Map run that has ended. */
  forgetMapRun(mapRunArn: string): void {
    this.#mapRuns.delete(mapRunArn);
  }

  /** Notifies everybody who waits that the execution has ended. */
  ended(arn: string): void {
    const execution = this.execution(arn);
    this.#active.delete(arn);
    this.options.onStatusChange?.({ execution });
    for (const resolve of this.#waiting.get(arn) ?? []) resolve(execution);
    this.#waiting.delete(arn);
    this.continuations.notifyParent(this, execution);
  }

  /** Notifies everybody that the execution runs, for the first time or again. */
  runs(arn: string): void {
    this.options.onStatusChange?.({ execution: this.execution(arn) });
    this.watchTimeout(arn);
  }

  /** Stops an execution because what it belongs to was stopped. */
  abort(arn: string): void {
    if (this.execution(arn).status === 'RUNNING')
      void this.run(arn).turn((turn) => this.continuations.stopExecution(turn, {}));
  }

  /** Resolves when the execution has ended. */
  whenEnded(arn: string): Promise<Execution> {
    const execution = this.execution(arn);
    if (execution.status !== 'RUNNING') return Promise.resolve(execution);
    return new Promise((resolve) => {
      this.#waiting.set(arn, [...(this.#waiting.get(arn) ?? []), resolve]);
    });
  }

  /** Ends the execution at its TimeoutSeconds. */
  watchTimeout(arn: string): void {
    const { timeoutAt } = this.execution(arn);
    if (timeoutAt === undefined) return;
    const run = this.run(arn);
    run.wakeExecutionAt(timeoutAt, (turn) => this.continuations.stopExecution(turn, { status: 'TIMED_OUT' }));
  }

  /** Reads a definition, once for the life of the process, and remembers it under its key. */
  learn(key: string, text: string): Definition {
    const known = this.#definitions.get(key);
    if (known !== undefined) return known;
    const definition = parseDefinition(text);
    this.#definitions.set(key, definition);
    return definition;
  }
}
