import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Announcement {
  readonly endpoint: string;
  readonly pid: number;
}

const fileIn = (folder: string): string => join(folder, 'served.json');

/** Tells other processes where this world is served. Returns what takes it back. */
export function announce(folder: string, endpoint: string): () => void {
  const announcement: Announcement = { endpoint, pid: process.pid };
  writeFileSync(fileIn(folder), JSON.stringify(announcement), { mode: 0o600 });
  return () => rmSync(fileIn(folder), { force: true });
}

/** Where the world of a folder is served now; undefined where no living process does. */
export function announcedEndpoint(folder: string): string | undefined {
  try {
    const { endpoint, pid } = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Announcement;
    process.kill(pid, 0);
    return endpoint;
  } catch {
    return undefined;
  }
}
