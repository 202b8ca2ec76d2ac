import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Change, Journal } from '../cloud/tables.ts';
import { type JournalFile, openJournalFile } from './journalFile.ts';

/** Tables that hold keys: they are in a file of their own, so that the rest of a world can be shown to others. */
const secretTables: ReadonlySet<string> = new Set(['kms.material', 'machines.certificates']);

/** Below this a world is read in a moment, whatever it went through. */
const smallBytes = 16 * 2 ** 20;

/** A file is rewritten when it is this many times as large as what it says. */
const growthBeforeSnapshot = 4;

/** The world's memory on disk. */
export interface DiskJournal extends Journal {
  /** Everything that was committed before it was opened. */
  readonly changes: readonly Change[];
  /** Resolves when everything appended so far is on disk. */
  flushed(): Promise<void>;
  close(): Promise<void>;
}

export interface JournalOptions {
  readonly folder: string;
  /** Changes that go with every record: the positions of chance and time. */
  readonly standing: () => readonly Change[];
  /** Every row of the world, for a snapshot. */
  readonly everything: () => Iterable<Change>;
  /** Signals to the clock that a file is being written. */
  readonly hold: () => () => void;
  /** Called when the disk is full: nothing is written from then on, and commits are refused. */
  readonly failed?: ((error: Error) => void) | undefined;
}

/**
 * Opens the journal of a world. Commits that come while the disk is busy share the next write. Key material is on disk
 * before the rows that speak of it, and leaves after them, so that no key is ever without its material.
 */
export async function openJournal(options: JournalOptions): Promise<DiskJournal> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const main = await openJournalFile(join(options.folder, 'journal.jsonl'));
  const secrets = await openJournalFile(join(options.folder, 'secrets.jsonl'));
  const changes = [...secrets.records, ...main.records].flatMap((record) => record as Change[]);

  let queued: Change[] = [];
  let writing: Promise<void> | undefined;
  let snapshotBytes = 0;
  let hasFailed = false;

  async function write(batch: readonly Change[]): Promise<void> {
    const [secret, open] = partition(batch);
    const added = secret.filter(([, , row]) => row !== undefined);
    const removed = secret.filter(([, , row]) => row === undefined);
    if (added.length > 0) await secrets.append(added);
    await main.append([...open, ...options.standing()]);
    if (removed.length > 0) await secrets.append(removed);
  }

  async function writeQueued(): Promise<void> {
    const release = options.hold();
    try {
      // What is appended in this turn of the event loop goes with it.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = queued;
      queued = [];
      writing = undefined;
      await write(batch);
      if (main.size > Math.max(smallBytes, growthBeforeSnapshot * snapshotBytes)) await snapshot();
    } catch (error) {
      if (!hasFailed) options.failed?.(error as Error);
      hasFailed = true;
      throw error;
    } finally {
      release();
    }
  }

  async function snapshot(): Promise<void> {
    const [secret, open] = partition([...options.everything(), ...options.standing()]);
    await replaceAll(secrets, secret);
    await replaceAll(main, open);
    snapshotBytes = main.size;
  }

  let last: Promise<void> = Promise.resolve();
  return {
    changes,
    append(batch) {
      queued.push(...batch);
      if (writing === undefined) {
        const earlier = last;
        writing = earlier.then(writeQueued);
        last = writing;
      }
      return writing;
    },
    flushed: () => last,
    async close() {
      await last;
      await Promise.all([main.close(), secrets.close()]);
    },
  };
}

function partition(changes: Iterable<Change>): [secret: Change[], open: Change[]] {
  const parts: [Change[], Change[]] = [[], []];
  for (const change of changes) parts[secretTables.has(change[0]) ? 0 : 1].push(change);
  return parts;
}

/** One row a record: a snapshot of a large world need not fit into one string. */
function replaceAll(file: JournalFile, changes: readonly Change[]): Promise<void> {
  return file.replace(changes.map((change) => [change]));
}
