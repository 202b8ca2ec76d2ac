import type { Execution, HistoryEvent, MapRun, Strand } from './records.ts';
import type { Change, ExecutionStore, TableName } from './store.ts';

/** Everything the engine knows, in memory; what changes is handed to the store. */
export class Ledger {
  readonly executions = new Map<string, Execution>();
  readonly mapRuns = new Map<string, MapRun>();
  readonly definitions = new Map<string, string>();
  readonly #strands = new Map<string, Map<string, Strand>>();
  readonly #events = new Map<string, HistoryEvent[]>();
  readonly #children = new Map<string, string[]>();

  constructor(store: ExecutionStore) {
    for (const [key, text] of store.records('definitions')) this.definitions.set(key, text as string);
    for (const [, execution] of store.records('executions')) this.addExecution(execution as Execution);
    for (const [, mapRun] of store.records('mapRuns')) this.mapRuns.set((mapRun as MapRun).mapRunArn, mapRun as MapRun);
    for (const [, strand] of store.records('strands'))
      this.strandsOf((strand as Strand).executionArn).set((strand as Strand).id, strand as Strand);
    for (const [key, event] of store.records('events'))
      this.eventsOf(key.slice(0, key.lastIndexOf('/'))).push(event as HistoryEvent);
    for (const events of this.#events.values()) events.sort((one, other) => one.id - other.id);
  }

  addExecution(execution: Execution): void {
    const isNew = !this.executions.has(execution.executionArn);
    this.executions.set(execution.executionArn, execution);
    if (isNew && execution.mapRunArn !== undefined) this.childrenOf(execution.mapRunArn).push(execution.executionArn);
  }

  strandsOf(executionArn: string): Map<string, Strand> {
    return entry(this.#strands, executionArn, () => new Map());
  }

  eventsOf(executionArn: string): HistoryEvent[] {
    return entry(this.#events, executionArn, () => []);
  }

  /** The ARNs of the child executions of a Map run, in the order in which they were started. */
  childrenOf(mapRunArn: string): string[] {
    return entry(this.#children, mapRunArn, () => []);
  }
}

/** What one turn changes: applied to the ledger at once, and to the store in one piece. */
export class Batch {
  readonly #ledger: Ledger;
  readonly #changes = new Map<string, Change>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  putExecution(execution: Execution): void {
    this.#ledger.addExecution(execution);
    this.#change('executions', execution.executionArn, execution);
  }

  putStrand(strand: Strand): void {
    this.#ledger.strandsOf(strand.executionArn).set(strand.id, strand);
    this.#change('strands', `${strand.executionArn}/${strand.id}`, strand);
  }

  deleteStrand({ executionArn, id }: Strand): void {
    this.#ledger.strandsOf(executionArn).delete(id);
    this.#change('strands', `${executionArn}/${id}`);
  }

  putMapRun(mapRun: MapRun): void {
    this.#ledger.mapRuns.set(mapRun.mapRunArn, mapRun);
    this.#change('mapRuns', mapRun.mapRunArn, mapRun);
  }

  putDefinition(key: string, text: string): void {
    if (this.#ledger.definitions.has(key)) return;
    this.#ledger.definitions.set(key, text);
    this.#change('definitions', key, text);
  }

  addEvent(executionArn: string, event: HistoryEvent): void {
    this.#ledger.eventsOf(executionArn).push(event);
    this.#change('events', `${executionArn}/${event.id}`, event);
  }

  /** The last change of each record, in the order of the first. */
  changes(): Change[] {
    return [...this.#changes.values()];
  }

  #change(table: TableName, key: string, record?: unknown): void {
    this.#changes.set(`${table} ${key}`, { table, key, ...(record !== undefined && { record }) });
  }
}

function entry<Value>(map: Map<string, Value>, key: string, create: () => Value): Value {
  const existing = map.get(key);
  if (existing !== undefined) return existing;
  const created = create();
  map.set(key, created);
  return created;
}
