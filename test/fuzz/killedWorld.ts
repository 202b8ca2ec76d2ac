import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Change, type Journal, Tables } from '../../local/cloud/tables.ts';
import { openJournal } from '../../local/world/journal.ts';
import type { Snapshot } from '../support/embeddedWorld.ts';

/** Where a world's journal keeps its time and the position of its chance. */
const standingTable = 'world';

/** The rows that go with every record, as `openWorld` writes them. */
export const standingRows = ({ time, chance }: Omit<Snapshot, 'rows'>): Change[] => [
  [standingTable, 'time', time],
  [standingTable, 'chance', chance],
];

/** The records that a world has written since it was opened. */
export interface RecordedJournal extends Journal {
  readonly records: readonly (readonly Change[])[];
}

/** A journal that keeps its records apart, so that it can be cut after any of them. `standing` is asked late. */
export function recordedJournal(standing: () => readonly Change[]): RecordedJournal {
  const records: Change[][] = [];
  return {
    records,
    append(changes) {
      records.push([...changes, ...standing()]);
      return Promise.resolve();
    },
  };
}

/** The last record that a dead process left on disk, and how much of the next. */
export interface Cut {
  readonly records: number;
  readonly tornShare: number;
}

/** What the next process finds on disk where the last one died at this cut. */
export async function afterCut(from: Snapshot, { records }: RecordedJournal, cut: Cut): Promise<Snapshot> {
  const folder = aWorldFolder();
  try {
    await writeWorld(folder, from, records.slice(0, cut.records));
    const torn = Buffer.from(`${JSON.stringify(records[cut.records] ?? [])}\n`);
    appendFileSync(join(folder, 'journal.jsonl'), torn.subarray(0, Math.floor(cut.tornShare * torn.length)));
    return await readWorld(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Memory where the system has a folder for it: the journal waits for its disk at every record. */
export function aWorldFolder(): string {
  const memory = '/dev/shm';
  return mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'kubestep-fuzz-'));
}

/** Puts a world on disk: as it was, and what it wrote since then. */
export async function writeWorld(
  folder: string,
  from: Snapshot,
  records: readonly (readonly Change[])[] = [],
): Promise<void> {
  const journal = await openJournal(quietly(folder));
  await journal.append([...from.rows, ...standingRows(from), ...records.flat()]);
  await journal.close();
}

/** Reads a world from disk as a process does that continues it. */
export async function readWorld(folder: string): Promise<Snapshot> {
  const journal = await openJournal(quietly(folder));
  await journal.close();
  const tables = new Tables();
  tables.restore(journal.changes);
  const standing = tables.table<number>(standingTable);
  const [time, chance] = [standing.get('time'), standing.get('chance')];
  if (time === undefined || chance === undefined) throw new Error(`the journal in ${folder} does not have the time`);
  return { rows: [...tables.dump()].filter(([table]) => table !== standingTable), time, chance };
}

const quietly = (folder: string) => ({
  folder,
  standing: () => [],
  everything: () => [],
  hold: () => () => {},
});
