import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Mutant } from './mutant.ts';

/** A copy of the tracked files with the same packages, in which bugs are planted. */
export function copyOfProject(files: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'kubestep-mutants-'));
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  return copy;
}

export const removeCopy = (copy: string): void => rmSync(copy, { recursive: true, force: true });

/** What is answered while the bugs are planted; each is in another file. They are taken out in any case. */
export async function withPlanted<T>(copy: string, mutants: readonly Mutant[], ask: () => Promise<T>): Promise<T> {
  const originals = mutants.map(({ file }) => ({ place: join(copy, file), original: readFileSync(join(copy, file)) }));
  for (const { file, text } of mutants) writeFileSync(join(copy, file), text);
  try {
    return await ask();
  } finally {
    for (const { place, original } of originals) writeFileSync(place, original);
  }
}
