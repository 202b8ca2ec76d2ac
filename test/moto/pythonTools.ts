import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where a tool's programs are, or why they cannot be had on this machine. */
export type PythonTools = { readonly programs: string } | { readonly unavailable: string };

/** Installs packages of PyPI into an environment of their own, once: .kubestep/NAME. */
export async function pythonTools(name: string, packages: readonly string[]): Promise<PythonTools> {
  const folder = join('.kubestep', name);
  const programs = join(folder, 'bin');
  const complete = join(folder, 'complete');
  const wanted = packages.join('\n');
  if (existsSync(complete) && readFileSync(complete, 'utf8') === wanted) return { programs };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync('.kubestep', { recursive: true });
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(programs, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return { unavailable: `${packages.join(', ')} cannot be installed: ${firstLineOf(error)}` };
  }
  writeFileSync(complete, wanted);
  return { programs };
}

function firstLineOf(error: unknown): string {
  const { stderr = '', message = '' } = error as { stderr?: string; message?: string };
  return (stderr.trim() || message).split('\n')[0] ?? '';
}
