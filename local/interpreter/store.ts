/** The tables of an execution store; keys are unique within a table. */
export type TableName = 'definitions' | 'executions' | 'strands' | 'events' | 'mapRuns';

/** One change of one record; a change without a record deletes it. */
export interface Change {
  readonly table: TableName;
  readonly key: string;
  readonly record?: unknown;
}

/**
 * Where executions survive the process. Records are plain JSON and never changed in place. The engine reads everything once
 * when it is made, and from then on only writes.
 */
export interface ExecutionStore {
  /** Resolves when all the changes are safe; a process that dies before has made none of them. */
  write(changes: readonly Change[]): Promise<void>;

  /** Every record of the table, in the order in which the keys were first written. */
  records(table: TableName): Iterable<readonly [key: string, record: unknown]>;
}

/** A store that lives as long as the process. */
export function createMemoryStore(): ExecutionStore {
  const tables = new Map<TableName, Map<string, unknown>>();
  const tableOf = (name: TableName) => {
    const existing = tables.get(name);
    if (existing !== undefined) return existing;
    const created = new Map<string, unknown>();
    tables.set(name, created);
    return created;
  };
  return {
    async write(changes) {
      for (const { table, key, record } of changes) {
        if (record === undefined) tableOf(table).delete(key);
        else tableOf(table).set(key, record);
      }
    },
    records: (table) => tableOf(table).entries(),
  };
}
