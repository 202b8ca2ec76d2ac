import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Tables } from '../../../local/cloud/tables.ts';
import { DurableTables } from '../../../local/world/durableTables.ts';
import { type DiskJournal, openJournal } from '../../../local/world/journal.ts';
import { openJournalFile } from '../../../local/world/journalFile.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name = 'journal.jsonl') => join(folder, name);

async function opened(everything: () => Tables = () => new Tables()) {
  const journal = await openJournal({
    folder,
    standing: () => [],
    everything: () => everything().dump(),
    hold: () => () => {},
  });
  const tables = new DurableTables(journal);
  tables.restore(journal.changes);
  return { journal, tables };
}

async function reopened(journal: DiskJournal) {
  await journal.close();
  return opened();
}

test('what was committed is there when the world is opened again, and what was deleted is not', async () => {
  const { journal, tables } = await opened();
  const rows = tables.table<number>('numbers');
  rows.put('one', 1);
  rows.put('two', 2);
  await tables.commit();
  rows.delete('one');
  await tables.commit();

  const again = await reopened(journal);
  expect([...again.tables.table<number>('numbers').entries()]).toEqual([['two', 2]]);
  await again.journal.close();
});

test('a commit is on disk when it resolves', async () => {
  const { journal, tables } = await opened();
  tables.table<string>('words').put('said', 'kept');
  await tables.commit();
  expect(readFileSync(file(), 'utf8')).toContain('kept');
  await journal.close();
});

test('a commit with nothing of its own waits for the rows that others have put before', async () => {
  const { journal, tables } = await opened();
  tables.table<string>('words').put('said', 'by another');
  void tables.commit();
  await tables.commit();
  expect(readFileSync(file(), 'utf8')).toContain('by another');
  await journal.close();
});

test('commits that come together share a write', async () => {
  const { journal, tables } = await opened();
  const rows = tables.table<number>('numbers');
  await Promise.all(
    Array.from({ length: 50 }, (_, number) => {
      rows.put(String(number), number);
      return tables.commit();
    }),
  );
  expect(readFileSync(file(), 'utf8').trim().split('\n')).toHaveLength(1);
  await journal.close();
});

test.each([
  ['cut within a record', '[["numbers","three",'],
  ['cut before its end of line', '[["numbers","three",3]]'],
  ['without sense', '\u0000\u0000\u0000\n'],
])('a last record %s was never acknowledged and is dropped', async (_, torn) => {
  const { journal, tables } = await opened();
  tables.table<number>('numbers').put('one', 1);
  await tables.commit();
  await journal.close();
  appendFileSync(file(), torn);

  const again = await opened();
  expect([...again.tables.table<number>('numbers').entries()]).toEqual([['one', 1]]);
  again.tables.table<number>('numbers').put('two', 2);
  await again.tables.commit();
  const third = await reopened(again.journal);
  expect(third.tables.table<number>('numbers').size).toBe(2);
  await third.journal.close();
});

test('a damaged record in the middle is reported, not skipped', async () => {
  writeFileSync(file(), '[["numbers","one",1]]\nnonsense\n[["numbers","two",2]]\n');
  await expect(openJournalFile(file())).rejects.toThrow(/damaged at byte 22/);
});

test('key material is in a file of its own that only the owner reads', async () => {
  const { journal, tables } = await opened();
  tables.table<object>('kms.material').put('key', { secret: 'c2VjcmV0' });
  tables.table<object>('kms.keys').put('key', { enabled: true });
  await tables.commit();
  expect(readFileSync(file(), 'utf8')).not.toContain('c2VjcmV0');
  expect(statSync(file('secrets.jsonl')).mode & 0o777).toBe(0o600);

  const again = await reopened(journal);
  expect(again.tables.table<object>('kms.material').get('key')).toEqual({ secret: 'c2VjcmV0' });
  await again.journal.close();
});

test('a journal that outgrew its world is rewritten with the same content', async () => {
  const live: { tables: Tables } = { tables: new Tables() };
  const { journal, tables } = await opened(() => live.tables);
  live.tables = tables;
  const megabyte = 'x'.repeat(2 ** 20);
  for (let round = 0; round < 20; round++) {
    tables.table<string>('large').put('same', `${round}${megabyte}`);
    await tables.commit();
  }
  expect(statSync(file()).size).toBeLessThan(8 * 2 ** 20);
  const again = await reopened(journal);
  expect(again.tables.table<string>('large').get('same')).toMatch(/^19x/);
  await again.journal.close();
}, 30_000);
