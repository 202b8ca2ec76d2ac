import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { withPlanted } from './copy.ts';
import type { Mutant } from './mutant.ts';

/**
 * The bugs that the compiler refuses. It takes as long for many as for one, so all are planted together, one a file, and an
 * error is laid at the door of the bug in its own file. What breaks other files only is left to the tests.
 */
export async function refusedByCompiler(mutants: readonly Mutant[], copy: string): Promise<ReadonlySet<Mutant>> {
  const refused = new Set<Mutant>();
  for (const batch of oneOfEachFile(mutants.filter(({ file }) => file.endsWith('.ts')))) {
    const files = await withPlanted(copy, batch, () => filesWithErrors(copy));
    for (const mutant of batch) if (files.has(mutant.file)) refused.add(mutant);
  }
  return refused;
}

function oneOfEachFile(mutants: readonly Mutant[]): Mutant[][] {
  const batches: Mutant[][] = [];
  for (const mutant of mutants) {
    const batch = batches.find((others) => others.every(({ file }) => file !== mutant.file));
    if (batch) batch.push(mutant);
    else batches.push([mutant]);
  }
  return batches;
}

/** The compiler ends with 1 when it finds errors, and names each one's file first. */
function filesWithErrors(copy: string): Promise<Set<string>> {
  return new Promise((done) => {
    execFile(resolve('node_modules/.bin/tsc'), { cwd: copy, maxBuffer: 2 ** 26 }, (_, stdout) => {
      done(new Set([...stdout.matchAll(/^(\S+)\(\d+,\d+\): error /gm)].map(([, file = '']) => file)));
    });
  });
}
