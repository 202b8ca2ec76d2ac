import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isAlive, thisProcess } from '../world/owner.ts';
import { requireOwnFolder } from '../world/ownFolder.ts';

/** Where a world is served, and by which process. It is used as it is read, so it must have this form. */
const announcement = z.object({
  endpoint: z.string().regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/),
  pid: z.int().positive(),
  started: z.string().optional(),
});
export type Announcement = z.infer<typeof announcement>;

const fileIn = (folder: string): string => join(folder, 'served.json');

/** Announces to other processes where this world is served. Returns a function that withdraws it. */
export function announce(folder: string, endpoint: string): () => void {
  const own = `${fileIn(folder)}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ endpoint, ...thisProcess() }), { mode: 0o600 });
  // In one move: nobody reads half of it.
  renameSync(own, fileIn(folder));
  return () => rmSync(fileIn(folder), { force: true });
}

/** Who serves the world of a folder now; undefined where no living process does. Throws where another user could have written it. */
export function announcedIn(folder: string): Announcement | undefined {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return undefined;
  requireOwnFolder(folder);
  const found = read(fileIn(folder));
  return found !== undefined && isAlive(found) ? found : undefined;
}

function read(file: string): Announcement | undefined {
  try {
    return announcement.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
