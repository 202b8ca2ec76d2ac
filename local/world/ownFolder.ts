import { lstatSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve, sep } from 'node:path';
import { machineSourcesOf } from './machineSources.ts';

/** A folder that this process does not work in. What is wrong with it, and what the person can do. */
export class UnsafeFolder extends Error {
  override readonly name = 'UnsafeFolder';
}

/** Refuses a world's folder that another user owns or may write: such a user could put a key of their own there and be served by it. */
export function requireOwnFolder(folder: string): void {
  const found = lstatSync(folder);
  if (!found.isDirectory()) throw new UnsafeFolder(`${folder} is not a folder. Give another one: --world DIR.`);
  if (process.getuid && found.uid !== process.getuid())
    throw new UnsafeFolder(`${folder} belongs to another user (${found.uid}). Give a folder of your own: --world DIR.`);
  if ((found.mode & 0o022) !== 0)
    throw new UnsafeFolder(
      `Others may write to ${folder}. Take that from them (chmod go-w ${folder}) once you know what is in it.`,
    );
}

/** Refuses to remove what does not prove to be a world of machines: a folder that is not there is none, and nothing is lost. */
export function requireMachinesWorld(folder: string): void {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
  requireOwnFolder(folder);
  const real = realpathSync(resolve(folder));
  const holds = [process.cwd(), homedir()].find((place) => `${realpathSync(place)}${sep}`.startsWith(`${real}${sep}`));
  if (holds !== undefined) throw new UnsafeFolder(`${folder} holds ${holds}: that is no world. Nothing was removed.`);
  if (!sourcesIn(folder))
    throw new UnsafeFolder(`${folder} is not a world of machines (it has no machines.json). Nothing was removed.`);
}

function sourcesIn(folder: string): boolean {
  try {
    return machineSourcesOf(folder) !== undefined;
  } catch {
    return false;
  }
}
