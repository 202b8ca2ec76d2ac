import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, goBuildCommand } from '../goCommands.ts';
import type { BuiltProgram } from '../goPrograms.ts';
import { runCommand } from '../runCommand.ts';

/** A program of the project's own, of one source file. */
export interface OwnProgram {
  readonly name: string;
  /** Below the folder of the images' sources. */
  readonly file: string;
}

/** Builds a program so that it needs nothing but itself where it runs. */
export async function buildOwn({ name, file }: OwnProgram, sources: string, folder: string): Promise<BuiltProgram> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await runCommand({ ...compile(join(sources, file), path), folder });
  return { name, path };
}

const compile = (source: string, output: string): Command =>
  source.endsWith('.c')
    ? { command: 'gcc', args: ['-Os', '-static', '-s', '-o', output, source] }
    : goBuildCommand({ modules: [], programs: [] }, { name: output, package: source }, output);
