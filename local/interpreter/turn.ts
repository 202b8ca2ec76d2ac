import { type Definition, type State, type StateGroup, stateOf } from './definition/definition.ts';
import { type Failure, StateFailed } from './failures.ts';
import { Batch } from './ledger.ts';
import { maxHistoryEvents } from './limits.ts';
import type { Execution, HistoryEvent, Phase, Strand } from './records.ts';
import type { ExecutionRun } from './run.ts';

/** What an event says beyond its type. */
export type Details = Readonly<Record<string, unknown>>;

/** A branch or iteration that has ended, and how it failed where it did. */
export interface EndedChild {
  readonly child: Step;
  readonly failure?: Failure;
}

/**
 * One indivisible step of an execution: it changes records and appends events, all of which become safe together, and only
 * then do its effects (calling a handler, setting a timer, notifying others) happen.
 */
export class Turn {
  readonly run: ExecutionRun;
  readonly batch: Batch;
  readonly now: number;
  readonly #effects: (() => void)[] = [];
  readonly #newEvents: HistoryEvent[] = [];
  readonly #endedChildren: EndedChild[] = [];

  constructor(run: ExecutionRun) {
    this.run = run;
    this.batch = new Batch(run.engine.ledger);
    this.now = run.engine.options.clock.now();
  }

  get execution(): Execution {
    return this.run.execution;
  }

  get definition(): Definition {
    return this.run.definition;
  }

  /** Appends an event of the given type and returns its id; AWS's name for its details follows from the type. */
  append(type: string, previousEventId: number, details?: Details, detailsName?: string): number {
    const events = this.run.engine.ledger.eventsOf(this.execution.executionArn);
    const id = events.length + 1;
    const name = `${detailsName ?? uncapitalised(type)}EventDetails` as const;
    const event: HistoryEvent = {
      timestamp: this.now,
      type,
      id,
      previousEventId,
      ...(details !== undefined && { [name]: details }),
    };
    this.batch.addEvent(this.execution.executionArn, event);
    this.#newEvents.push(event);
    return id;
  }

  /** Refuses to continue where the history has no room for the events of another transition and of the end. */
  checkHistory(): void {
    const events = this.run.engine.ledger.eventsOf(this.execution.executionArn).length;
    if (events >= maxHistoryEvents - 1) {
      throw new StateFailed({
        error: 'States.Runtime',
        cause: `The execution reached the maximum number of history events (${maxHistoryEvents}).`,
      });
    }
  }

  /** Does something once the changes are safe. */
  afterwards(effect: () => void): void {
    this.#effects.push(effect);
  }

  /** Leaves it to the state around the branch or iteration, in this same turn, to decide what its end means. */
  childEnded(ended: EndedChild): void {
    this.#endedChildren.push(ended);
  }

  updateExecution(changes: Partial<Execution>): void {
    this.batch.putExecution({ ...this.execution, ...changes });
  }

  newEvents(): readonly HistoryEvent[] {
    return this.#newEvents;
  }

  effects(): readonly (() => void)[] {
    return this.#effects;
  }

  endedChildren(): readonly EndedChild[] {
    return this.#endedChildren;
  }
}

/** A turn in the name of one strand. */
export class Step {
  readonly turn: Turn;
  readonly id: string;
  /** The event before the present decision; EvaluationFailed points there (observed), not at the events of the decision itself. */
  before: number;

  constructor(turn: Turn, id: string) {
    this.turn = turn;
    this.id = id;
    this.before = this.strand.lastEventId;
  }

  get strand(): Strand {
    return this.turn.run.strand(this.id);
  }

  get group(): StateGroup {
    return this.turn.run.groupOf(this.strand);
  }

  get state(): State {
    return stateOf(this.group, this.strand.state);
  }

  update(changes: Partial<Strand>): void {
    this.turn.batch.putStrand({ ...this.strand, ...changes });
  }

  /** Begins another phase; whatever the earlier phase waited for no longer counts. */
  begin(phase: Phase, changes: Partial<Strand> = {}): void {
    this.turn.run.release(this.id);
    this.update({ ...changes, phase, step: this.strand.step + 1 });
  }

  /** Begins a phase that a turn of its own carries out: now, or at the phase's time. */
  continueIn(phase: Phase, changes: Partial<Strand> = {}): void {
    this.begin(phase, changes);
    this.turn.afterwards(() => this.turn.run.continue(this.id));
  }

  /** Appends an event of this strand. */
  emit(type: string, details?: Details, detailsName?: string): number {
    const id = this.note(type, details, detailsName);
    this.update({ lastEventId: id });
    return id;
  }

  /** Appends an event that the strand's next event does not follow from: AWS leaves the success of a Map or Parallel out of the chain. */
  note(type: string, details?: Details, detailsName?: string): number {
    return this.turn.append(type, this.strand.lastEventId, details, detailsName);
  }
}

function uncapitalised(type: string): string {
  return type.charAt(0).toLowerCase() + type.slice(1);
}
