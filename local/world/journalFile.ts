import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file of JSON lines that only grows: what was appended is on disk, whole or not at all. */
export interface JournalFile {
  /** What the file held when it was opened. */
  readonly records: readonly unknown[];
  /** Bytes in the file now. */
  readonly size: number;
  /** Resolves when the record is on disk. Not to be called while an earlier call is under way. */
  append(record: unknown): Promise<void>;
  /** Puts these records in place of all, in one step. */
  replace(records: Iterable<unknown>): Promise<void>;
  close(): Promise<void>;
}

/** Opens or begins a journal that only its owner can read. A last record that is torn was never acknowledged, and is dropped. */
export async function openJournalFile(path: string): Promise<JournalFile> {
  let file = await openForAppending(path);
  const { records, intact } = await intactRecords(path, file).catch(async (error: Error) => {
    await file.close();
    throw error;
  });
  let size = intact;

  return {
    records,
    get size() {
      return size;
    },
    async append(record) {
      size += await writeAll(file, lineOf(record));
      await file.datasync();
    },
    async replace(next) {
      const beside = `${path}.next`;
      const written = await open(beside, 'w', ownerOnly);
      let length = 0;
      for (const record of next) length += await writeAll(written, lineOf(record));
      await written.datasync();
      await written.close();
      await rename(beside, path);
      await syncFolder(dirname(path));
      await file.close();
      file = await openForAppending(path);
      size = length;
    },
    close: () => file.close(),
  };
}

const ownerOnly = 0o600;

async function openForAppending(path: string): Promise<FileHandle> {
  const file = await open(path, 'a+', ownerOnly);
  await file.chmod(ownerOnly);
  await syncFolder(dirname(path));
  return file;
}

/** A new name is on disk only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync();
  await folder.close();
}

async function writeAll(file: FileHandle, line: Buffer): Promise<number> {
  let written = 0;
  while (written < line.length) written += (await file.write(line, written)).bytesWritten;
  return line.length;
}

/** Reads what is whole and cuts the rest off. */
async function intactRecords(path: string, file: FileHandle): Promise<{ records: unknown[]; intact: number }> {
  const bytes = await file.readFile();
  const found = readRecords(path, bytes);
  if (found.intact < bytes.length) {
    await file.truncate(found.intact);
    await file.datasync();
  }
  return found;
}

const newline = 0x0a;
const lineOf = (record: unknown): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);

function readRecords(path: string, bytes: Buffer): { records: unknown[]; intact: number } {
  const records: unknown[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(newline, start);
    if (end < 0) break;
    const record = parse(bytes.subarray(start, end));
    if (record === undefined) {
      if (end === bytes.length - 1) break;
      throw new Error(`${path} is damaged at byte ${start}: a record that is not the last one cannot be read`);
    }
    records.push(record);
    start = end + 1;
  }
  return { records, intact: start };
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}
