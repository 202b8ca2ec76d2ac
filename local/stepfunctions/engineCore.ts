import { createHash } from 'node:crypto';
import { executionArn, stateMachineName } from './arns.ts';
import { uuid } from './chance.ts';
import type { Definition } from './definition/definition.ts';
import { parseDefinition } from './definition/parse.ts';
import { topStrand } from './ending.ts';
import type { EngineOptions } from './engineOptions.ts';
import { StepFunctionsError } from './failures.ts';
import type { Json } from './json.ts';
import { createFunctions, type Functions } from './jsonata/functions.ts';
import { Ledger } from './ledger.ts';
import { mapChildEnded } from './mapRuns.ts';
import type { Execution, MapRun, Strand, StrandReference } from './records.ts';
import { ExecutionRun } from './run.ts';
import { childEnded } from './states/startExecution.ts';
import { enter } from './states/states.ts';
import { stopExecution } from './stopping.ts';
import { guarded } from './transitions.ts';
import type { Step, Turn } from './turn.ts';

export interface StartRequest {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
  readonly waitedForBy?: StrandReference;
  /** Whoever starts an execution of this name twice for the same step of a strand gets the first one. */
  readonly adoptedBy?: StrandReference;
}

/** How the children of a Map run stand. */
interface MapRunChildren {
  next: number;
  active: number;
  failedItems: number;
}

/** What all executions of an engine share. */
export class EngineCore {
  readonly options: EngineOptions;
  readonly ledger: Ledger;
  readonly functions: Functions;
  readonly #runs = new Map<string, ExecutionRun>();
  readonly #definitions = new Map<string, Definition>();
  readonly #mapRuns = new Map<string, MapRunChildren>();
  readonly #waiting = new Map<string, ((execution: Execution) => void)[]>();

  constructor(options: EngineOptions) {
    this.options = options;
    this.ledger = new Ledger(options.store);
    this.functions = createFunctions(options.clock, options.random);
  }

  execution(arn: string): Execution {
    const execution = this.ledger.executions.get(arn);
    if (execution === undefined)
      throw new StepFunctionsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  mapRun(arn: string): MapRun {
    const run = this.ledger.mapRuns.get(arn);
    if (run === undefined) throw new StepFunctionsError('ResourceNotFound', `Resource not found: '${arn}'`);
    return run;
  }

  /** The definition that was stored under a key. */
  definition(key: string): Definition {
    return this.#learn(key, this.ledger.definitions.get(key) ?? '');
  }

  /** The execution's run in this process. */
  run(arn: string): ExecutionRun {
    const known = this.#runs.get(arn);
    if (known !== undefined) return known;
    const run = new ExecutionRun(this, this.execution(arn));
    this.#runs.set(arn, run);
    return run;
  }

  /** Starts an execution of a state machine; the same name and input again while it runs is the same execution. */
  async start(request: StartRequest): Promise<Execution> {
    const { stateMachineArn, name, input, waitedForBy, adoptedBy } = request;
    const machine = this.options.findStateMachine(stateMachineArn);
    if (machine === undefined) {
      throw new StepFunctionsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
    }
    const arn = executionArn(stateMachineArn, name);
    const existing = this.ledger.executions.get(arn);
    if (existing !== undefined) return this.#sameExecution(existing, request);
    const definition = createHash('sha256').update(machine.definition).digest('hex');
    const { TimeoutSeconds } = this.#learn(definition, machine.definition);
    const now = this.options.clock.now();
    const execution: Execution = {
      executionArn: arn,
      stateMachineArn,
      stateMachineName: stateMachineName(stateMachineArn),
      name,
      roleArn: machine.roleArn,
      definition,
      path: [],
      status: 'RUNNING',
      input,
      startDate: now,
      ...(TimeoutSeconds !== undefined && { timeoutAt: now + TimeoutSeconds * 1000 }),
      redriveCount: 0,
      ...(adoptedBy !== undefined && { startedBy: adoptedBy }),
      ...(waitedForBy !== undefined && { waitedForBy }),
    };
    await this.#begin(execution, machine.definition);
    return execution;
  }

  /** Starts the child of a Map run that works on the item of that index. */
  startMapChild({ turn, strand }: Step, mapRunArn: string, index: number): void {
    const { execution } = turn;
    const { label, items } = this.mapRun(mapRunArn);
    const name = uuid(this.options.random);
    const item = items[index];
    void this.#begin({
      executionArn: executionArn(execution.stateMachineArn, name, label),
      stateMachineArn: execution.stateMachineArn,
      stateMachineName: `${execution.stateMachineName}/${label}`,
      name,
      roleArn: execution.roleArn,
      definition: execution.definition,
      path: [...execution.path, ...strand.path.slice(execution.path.length), strand.state],
      status: 'RUNNING',
      input: JSON.stringify(item?.input ?? null),
      startDate: this.options.clock.now(),
      redriveCount: 0,
      mapRunArn,
      item: { index, value: item?.value ?? null },
    });
  }

  childrenOf(mapRunArn: string): Execution[] {
    return this.ledger.childrenOf(mapRunArn).map((arn) => this.execution(arn));
  }

  /** How the children of a Map run stand; counted once a process, from the records. */
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

  forgetMapRun(mapRunArn: string): void {
    this.#mapRuns.delete(mapRunArn);
  }

  /** Stops an execution whose parent was stopped. */
  abort(arn: string): void {
    void this.run(arn).turn((turn) => stopExecution(turn, {}));
  }

  /** Stops a child execution that was waited for. */
  abortAwaited(arn: string): void {
    if (this.ledger.executions.get(arn)?.status === 'RUNNING') this.abort(arn);
  }

  /** Tells everybody who waits that the execution has ended. */
  ended(arn: string): void {
    const execution = this.execution(arn);
    this.#runs.delete(arn);
    this.options.onStatusChange?.({ execution });
    for (const resolve of this.#waiting.get(arn) ?? []) resolve(execution);
    this.#waiting.delete(arn);
    this.tellParentOfEnded(arn);
    if (execution.mapRunArn !== undefined) this.#tellMapRun(execution, execution.mapRunArn);
  }

  /** Tells everybody that the execution runs again. */
  redriven(arn: string): void {
    this.options.onStatusChange?.({ execution: this.execution(arn) });
    this.watchTimeout(arn);
  }

  /** Tells a `.sync` task of its child's end; does nothing while the child runs. */
  tellParentOfEnded(arn: string): void {
    const child = this.execution(arn);
    const { waitedForBy, status } = child;
    if (waitedForBy === undefined || status === 'RUNNING') return;
    const strand = this.ledger.strandsOf(waitedForBy.executionArn).get(waitedForBy.strand);
    if (strand?.phase.name !== 'submitted' || strand.step !== waitedForBy.step) return;
    this.run(waitedForBy.executionArn).post(
      waitedForBy.strand,
      guarded((step) => childEnded(step, child)),
      waitedForBy.step,
    );
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
    run.wakeExecutionAt(timeoutAt, (turn) => stopExecution(turn, { status: 'TIMED_OUT' }));
  }

  async #begin(execution: Execution, definition?: string): Promise<void> {
    // The record must be known before the run is made; it becomes safe with the first turn.
    this.ledger.addExecution(execution);
    await this.run(execution.executionArn).turn((turn) => {
      if (definition !== undefined) turn.batch.putDefinition(execution.definition, definition);
      turn.batch.putExecution(execution);
      turn.afterwards(() => {
        this.options.onStatusChange?.({ execution });
        this.watchTimeout(execution.executionArn);
      });
      begin(turn, execution);
    });
  }

  /** Reads a definition, once for the life of the process. */
  #learn(key: string, text: string): Definition {
    const known = this.#definitions.get(key);
    if (known !== undefined) return known;
    const definition = parseDefinition(text);
    this.#definitions.set(key, definition);
    return definition;
  }

  #sameExecution(existing: Execution, { input, adoptedBy }: StartRequest): Execution {
    if (adoptedBy !== undefined && sameReference(existing.startedBy, adoptedBy)) return existing;
    if (adoptedBy === undefined && existing.status === 'RUNNING' && existing.input === input) return existing;
    throw new StepFunctionsError('ExecutionAlreadyExists', `Execution Already Exists: '${existing.executionArn}'`);
  }

  #tellMapRun(child: Execution, mapRunArn: string): void {
    const { executionArn: parent, strand: id, status } = this.mapRun(mapRunArn);
    const strand = this.ledger.strandsOf(parent).get(id);
    if (status !== 'RUNNING' || strand?.phase.name !== 'mapRun' || strand.phase.mapRunArn !== mapRunArn) return;
    this.run(parent).post(
      id,
      guarded((step) => mapChildEnded(step, child)),
      strand.step,
    );
  }
}

function begin(turn: Turn, execution: Execution): void {
  turn.append('ExecutionStarted', 0, {
    input: execution.input,
    inputDetails: { truncated: false },
    roleArn: execution.roleArn,
  });
  const strand: Strand = {
    executionArn: execution.executionArn,
    id: topStrand,
    index: 0,
    path: execution.path,
    status: 'RUNNING',
    state: '',
    input: JSON.parse(execution.input) as Json,
    variables: {},
    enteredEventId: 0,
    enteredAt: turn.now,
    lastEventId: 0,
    retries: [],
    step: 0,
    phase: { name: 'entering' },
  };
  turn.batch.putStrand({ ...strand, state: turn.run.groupOf(strand).StartAt });
  turn.afterwards(() => turn.run.post(topStrand, guarded(enter)));
}

function sameReference(one: StrandReference | undefined, other: StrandReference): boolean {
  return one?.executionArn === other.executionArn && one.strand === other.strand && one.step === other.step;
}
