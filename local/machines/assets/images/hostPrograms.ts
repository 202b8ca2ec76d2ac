import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../runCommand.ts';
import type { TarEntry } from '../tarArchive.ts';

/** Programs of this machine, each with every shared library that it is linked to, at the paths they have here. */
export async function programsOfHost(paths: readonly string[]): Promise<readonly TarEntry[]> {
  const found = new Map<string, TarEntry>();
  for (const path of paths) {
    const libraries = librariesIn(await runCommand({ command: 'ldd', args: [path] }));
    for (const file of [path, ...libraries]) found.set(file, await entryFrom(file));
  }
  return [...found.values()];
}

/** Every file of a folder of this machine, at the path it has here. */
export async function folderOfHost(folder: string): Promise<readonly TarEntry[]> {
  const names = await readdir(folder);
  return Promise.all(names.map((name) => entryFrom(join(folder, name))));
}

/** The paths in what `ldd` prints; the kernel's own library has none. */
export const librariesIn = (printed: string): readonly string[] =>
  printed.split('\n').flatMap((line) => /(?:=>|^)\s+(\/\S+) \(0x/.exec(line)?.[1] ?? []);

async function entryFrom(path: string): Promise<TarEntry> {
  return { path: path.replace(/^\//, ''), kind: 'file', mode: 0o755, from: await realpath(path) };
}
