import { closeSync, existsSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { leaderOf } from '../../../local/machines/nspawn/machine/leader.ts';
import type { Needle } from './secretNeedles.ts';
import type { TestWorld } from './world.ts';

/** A file, and what was found in it. */
export interface Finding {
  readonly file: string;
  readonly of: string;
}

const blockBytes = 4 * 1024 * 1024;

/** Folders that hold all that a machine has written to its disks: its own, its pods', its volume. */
export function disksOf({ host }: TestWorld, instanceId: string): readonly string[] {
  const folder = join(host.folder, 'machines', instanceId);
  const leader = leaderOf(host, instanceId);
  return [
    ...['upper', 'containerd', 'kubelet'].map((name) => join(folder, name)),
    // The volume is mounted only inside.
    ...(leader === undefined ? [] : [`/proc/${leader}/root/var/lib/etcd`]),
  ].filter((path) => existsSync(path));
}

/** Searches every file below the folders. */
export function searchFolders(folders: readonly string[], needles: readonly Needle[]): readonly Finding[] {
  return folders.flatMap((folder) => filesIn(folder).flatMap((file) => searchFile(file, needles)));
}

/** Searches one file, block by block, so that its length does not matter. */
export function searchFile(file: string, needles: readonly Needle[]): readonly Finding[] {
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length));
  const block = Buffer.allocUnsafe(blockBytes + overlap);
  const found = new Set<string>();
  const descriptor = openSync(file, 'r');
  try {
    let kept = 0;
    for (;;) {
      const read = readSync(descriptor, block, kept, blockBytes, null);
      if (read === 0) break;
      const text = block.subarray(0, kept + read);
      for (const { of, bytes } of needles) if (text.includes(bytes)) found.add(of);
      kept = Math.min(overlap, text.length);
      block.copyWithin(0, text.length - kept, text.length);
    }
  } finally {
    closeSync(descriptor);
  }
  return [...found].map((of) => ({ file, of }));
}

/** Every regular file below a folder; what goes away meanwhile is left out. */
export function filesIn(folder: string): readonly string[] {
  let entries: readonly string[];
  try {
    entries = readdirSync(folder);
  } catch {
    return [];
  }
  return entries.flatMap((name) => {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return filesIn(path);
    return stat?.isFile() && stat.size > 0 ? [path] : [];
  });
}
