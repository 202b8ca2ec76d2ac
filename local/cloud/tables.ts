/**
 * The state of the modelled world: named tables of plain JSON records. A record is never changed in place: `put` a new one.
 * Whatever was put since the last commit is handed to the journal as one atomic change, so that a killed process loses
 * nothing that was acknowledged, and a world can be forked by copying its tables.
 */
export interface Table<Row> {
  get(key: string): Row | undefined;
  put(key: string, row: Row): void;
  delete(key: string): void;
  has(key: string): boolean;
  /** In the order in which the keys were first put. */
  rows(): IterableIterator<Row>;
  entries(): IterableIterator<[string, Row]>;
  readonly size: number;
}

/** One change of one row; a missing row means that it was deleted. */
export type Change = readonly [table: string, key: string, row?: unknown];

/** Where committed changes go. `append` resolves when they are on disk. */
export interface Journal {
  append(changes: readonly Change[]): Promise<void>;
}

/** A world that lives in memory only. */
export const noJournal: Journal = { append: () => Promise.resolve() };

export class Tables {
  readonly #tables = new Map<string, Map<string, unknown>>();
  readonly #opened = new Map<string, Table<unknown>>();
  readonly #journal: Journal;
  #dirty: Change[] = [];

  constructor(journal: Journal = noJournal) {
    this.#journal = journal;
  }

  table<Row>(name: string): Table<Row> {
    const opened = this.#opened.get(name) ?? this.#open(name);
    return opened as Table<Row>;
  }

  #open(name: string): Table<unknown> {
    const rows = this.#rowsOf(name);
    const table: Table<unknown> = {
      get: (key) => rows.get(key),
      has: (key) => rows.has(key),
      rows: () => rows.values(),
      entries: () => rows.entries(),
      get size() {
        return rows.size;
      },
      put: (key, row) => {
        rows.set(key, row);
        this.#dirty.push([name, key, row]);
      },
      delete: (key) => {
        if (rows.delete(key)) this.#dirty.push([name, key]);
      },
    };
    this.#opened.set(name, table);
    return table;
  }

  /** Hands everything put since the last commit to the journal; resolves when it is safe. */
  async commit(): Promise<void> {
    if (this.#dirty.length === 0) return;
    const changes = this.#dirty;
    this.#dirty = [];
    await this.#journal.append(changes);
  }

  /** Puts rows back without journalling them: for a world read from disk or a fork. */
  restore(changes: Iterable<Change>): void {
    for (const [table, key, row] of changes) {
      if (row === undefined) this.#rowsOf(table).delete(key);
      else this.#rowsOf(table).set(key, row);
    }
  }

  /** Every row of every table, for a fork, a snapshot or a comparison of two worlds. */
  *dump(): IterableIterator<Change> {
    for (const [name, rows] of this.#tables) for (const [key, row] of rows) yield [name, key, row];
  }

  #rowsOf(name: string): Map<string, unknown> {
    const existing = this.#tables.get(name);
    if (existing) return existing;
    const created = new Map<string, unknown>();
    this.#tables.set(name, created);
    return created;
  }
}
