import type { ExecutionStore, TableName } from '../../interpreter/store.ts';
import type { Tables } from '../tables.ts';

/** Keeps executions in the world's tables, so that they share its journal. */
export function executionStore(tables: Tables): ExecutionStore {
  const rowsOf = (name: TableName) => tables.table<unknown>(`states.${name}`);
  return {
    async write(changes) {
      for (const { table, key, record } of changes) {
        if (record === undefined) rowsOf(table).delete(key);
        else rowsOf(table).put(key, record);
      }
      await tables.commit();
    },
    records: (table) => rowsOf(table).entries(),
  };
}
