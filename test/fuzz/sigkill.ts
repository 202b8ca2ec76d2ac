import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Snapshot } from '../support/embeddedWorld.ts';
import { aWorldFolder, readWorld, writeWorld } from './killedWorld.ts';
import type { Operation } from './schedule.ts';

/** When a process dies, and what it does until then. */
export interface Death {
  readonly operation: Operation;
  readonly seed: number;
  /** When the schedule began; milliseconds, as `time`. */
  readonly startedAt: number;
  /** From then on the calls to AWS are counted. */
  readonly time: number;
  readonly calls: number;
}

const program = join(process.cwd(), 'test/fuzz/dyingWorld.ts');

/** What is on disk of a world whose process continued from `from` until it was killed. */
export async function afterSigkill(from: Snapshot, death: Death): Promise<Snapshot> {
  const folder = aWorldFolder();
  try {
    await writeWorld(folder, from);
    const child = spawn(process.execPath, [...process.execArgv, program, folder, JSON.stringify(death)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const [code, signal] = await once(child, 'exit');
    if (signal !== 'SIGKILL') throw new Error(`the process of the world ended by itself, with ${code ?? signal}`);
    return await readWorld(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
