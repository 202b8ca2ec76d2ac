import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** What the machines of a world on this host are made of. */
const machineSources = z.strictObject({
  /** Folder of the components and images that were built here. */
  assets: z.string(),
  /** Folder of the root file system that every machine begins with. */
  baseImage: z.string(),
  /** Folders over it, the uppermost first. */
  layers: z.array(z.string()).default([]),
  /** Whose time AWS's answers take: this host's, or AWS's. */
  pace: z.enum(['host', 'aws']).default('host'),
});
export type MachineSources = z.infer<typeof machineSources>;

const fileIn = (folder: string): string => join(folder, 'machines.json');

/** Says of a new world that its instances are machines of this host. */
export function writeMachineSources(folder: string, sources: MachineSources): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${fileIn(folder)}.new`, JSON.stringify(sources));
  renameSync(`${fileIn(folder)}.new`, fileIn(folder));
}

/** Undefined where the world's machines are the model's. */
export function machineSourcesOf(folder: string): MachineSources | undefined {
  if (!existsSync(fileIn(folder))) return undefined;
  return machineSources.parse(JSON.parse(readFileSync(fileIn(folder), 'utf8')));
}
