import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cleanWorld, leftovers } from '../machines/nspawn/machine/leftovers.ts';
import { worldIdOf } from './openMachinesWorld.ts';
import { requireMachinesWorld } from './ownFolder.ts';
import { endOwner } from './worldFolder.ts';

/** Ends the process that works in a world, if one does, and removes its machines, networks, mounts and files. Returns what was there. */
export async function cleanMachinesWorld(folder: string): Promise<readonly string[]> {
  requireMachinesWorld(folder);
  return removeMachinesWorld(folder);
}

/** The same for a folder that the caller has made itself. */
export async function removeMachinesWorld(folder: string): Promise<readonly string[]> {
  const worldId = worldIdOf(folder);
  await endOwner(folder);
  const found = await leftovers(worldId);
  await cleanWorld(worldId);
  rmSync(resolve(folder), { recursive: true, force: true });
  rmSync(join('/run', `kubestep-${worldId}`), { recursive: true, force: true });
  return found;
}
