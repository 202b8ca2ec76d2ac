import type { Clock, Timer } from '../clock/clock.ts';
import type { Tables } from './tables.ts';
import type { Jobs } from './world.ts';

interface JobRow {
  readonly kind: string;
  readonly at: number;
  readonly payload: unknown;
}

/** Jobs kept in a table: `resume` starts those that a world read from disk still owes. */
export interface DurableJobs extends Jobs {
  resume(): void;
}

export function durableJobs(clock: Clock, tables: Tables, failed: (kind: string, error: unknown) => void): DurableJobs {
  const rows = tables.table<JobRow>('jobs');
  const counter = tables.table<number>('jobs.counter');
  const definitions = new Map<string, (payload: never) => void | Promise<void>>();
  const timers = new Map<string, Timer>();

  const run = async (id: string, row: JobRow): Promise<void> => {
    timers.delete(id);
    const definition = definitions.get(row.kind);
    if (!definition) throw new Error(`No job of kind ${row.kind} is defined`);
    try {
      await definition(row.payload as never);
    } catch (error) {
      failed(row.kind, error);
    } finally {
      rows.delete(id);
      await tables.commit();
    }
  };
  const arm = (id: string, row: JobRow): void => {
    timers.set(
      id,
      clock.at(row.at, () => void run(id, row)),
    );
  };

  return {
    schedule(kind, afterMilliseconds, payload) {
      const count = (counter.get('next') ?? 0) + 1;
      counter.put('next', count);
      const id = String(count);
      const row: JobRow = { kind, at: clock.now() + afterMilliseconds, payload };
      rows.put(id, row);
      arm(id, row);
      return id;
    },
    cancel(id) {
      timers.get(id)?.cancel();
      timers.delete(id);
      rows.delete(id);
    },
    define(kind, definition) {
      definitions.set(kind, definition);
    },
    resume() {
      for (const [id, row] of rows.entries()) arm(id, row);
    },
  };
}
