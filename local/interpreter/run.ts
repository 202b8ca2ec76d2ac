import type { Timer } from '../clock/clock.ts';
import { type Definition, groupAt, type StateGroup } from './definition/definition.ts';
import type { EngineCore } from './engineCore.ts';
import type { Json } from './json.ts';
import type { Execution, Strand } from './records.ts';
import { Step, Turn } from './turn.ts';

/** What a turn does with one strand. */
export type Action = (step: Step) => Promise<void> | void;

interface Queued {
  readonly turn: (turn: Turn) => Promise<void> | void;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** The states of the children of a Parallel or Map. */
export interface Children {
  next: number;
  active: number;
}

/**
 * One execution that is under way in this process. Its turns run one after the other, in the order in which they were asked
 * for, so that the same answers in the same order make the same history.
 */
export class ExecutionRun {
  readonly engine: EngineCore;
  readonly executionArn: string;
  readonly definition: Definition;
  /** The execution's input, read once. */
  readonly input: Json;
  readonly children = new Map<string, Children>();
  readonly #timers = new Map<string, Timer[]>();
  readonly #aborts = new Map<string, AbortController>();
  readonly #queue: Queued[] = [];
  #busy = false;

  constructor(engine: EngineCore, execution: Execution) {
    this.engine = engine;
    this.executionArn = execution.executionArn;
    this.definition = engine.definition(execution.definition);
    this.input = JSON.parse(execution.input) as Json;
  }

  get execution(): Execution {
    return this.engine.execution(this.executionArn);
  }

  strand(id: string): Strand {
    const strand = this.strands().get(id);
    if (strand === undefined) throw new Error(`${this.executionArn} has no strand ${id}`);
    return strand;
  }

  strands(): Map<string, Strand> {
    return this.engine.ledger.strandsOf(this.executionArn);
  }

  groupOf(strand: Strand): StateGroup {
    return groupAt(this.definition, strand.path);
  }

  /** Queues a turn; resolves when its changes are safe. */
  turn(action: (turn: Turn) => Promise<void> | void): Promise<void> {
    return new Promise((done, failed) => {
      this.#queue.push({ turn: action, done, failed });
      if (!this.#busy) void this.#work();
    });
  }

  /** Queues a turn of a strand, unless the strand has moved on by then. */
  post(id: string, action: Action, step = this.strand(id).step): void {
    void this.turn(async (turn) => {
      const strand = this.strands().get(id);
      if (strand?.step === step && strand.status === 'RUNNING') await action(new Step(turn, id));
    });
  }

  /** Queues what the strand's phase says comes next: now, or at the phase's time. */
  continue(id: string): void {
    const { phase } = this.strand(id);
    const { proceed } = this.engine.continuations;
    if ('until' in phase) this.wakeAt(id, phase.until, proceed);
    else this.post(id, proceed);
  }

  /** Queues a turn of the strand for when the time has come. */
  wakeAt(id: string, at: number, action: Action): void {
    const step = this.strand(id).step;
    const timer = this.engine.options.clock.at(at, () => this.post(id, action, step));
    this.#timers.set(id, [...(this.#timers.get(id) ?? []), timer]);
  }

  /** Queues a turn of the whole execution for when the time has come. */
  wakeExecutionAt(at: number, action: (turn: Turn) => void): void {
    const timer = this.engine.options.clock.at(at, () => void this.turn(action));
    this.#timers.set('', [timer]);
  }

  /** Notifies a handler when the strand is no longer interested; `settled` says that the handler is done. */
  interest(id: string): { signal: AbortSignal; settled: () => void } {
    const controller = new AbortController();
    this.#aborts.set(id, controller);
    const settled = () => {
      if (this.#aborts.get(id) === controller) this.#aborts.delete(id);
    };
    return { signal: controller.signal, settled };
  }

  /** Cancels what the strand waits for. */
  release(id: string): void {
    for (const timer of this.#timers.get(id) ?? []) timer.cancel();
    this.#timers.delete(id);
    this.#aborts.get(id)?.abort();
    this.#aborts.delete(id);
  }

  releaseAll(): void {
    for (const id of [...this.#timers.keys(), ...this.#aborts.keys()]) this.release(id);
  }

  async #work(): Promise<void> {
    this.#busy = true;
    // A store that writes to a disk takes real time, which must not pass in the world.
    const release = this.engine.options.clock.hold();
    try {
      for (let queued = this.#queue.shift(); queued !== undefined; queued = this.#queue.shift())
        await this.#take(queued);
    } finally {
      this.#busy = false;
      release();
    }
  }

  async #take({ turn: action, done, failed }: Queued): Promise<void> {
    try {
      const turn = new Turn(this);
      await action(turn);
      // The end of a child may end the state around it, which may be a child itself.
      for (const ended of turn.endedChildren()) await this.engine.continuations.childEnded(ended);
      const changes = turn.batch.changes();
      if (changes.length > 0) await this.engine.options.store.write(changes);
      for (const event of turn.newEvents()) this.engine.options.onEvent?.(this.executionArn, event);
      for (const effect of turn.effects()) effect();
      done();
    } catch (error) {
      failed(error);
    }
  }
}
