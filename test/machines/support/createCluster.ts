import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { world } from './cluster.ts';
import { reasonToSkip } from './needs.ts';

/** Creates the cluster that all checks look at, as a user would; an existing one is used as it is. */
export default async function createCluster(): Promise<void> {
  const reason = reasonToSkip();
  if (reason !== undefined) {
    console.log(`skipped: ${reason}`);
    return;
  }
  const words = ['cli/kubestep.mjs', 'machines', 'up', '--world', world.folder];
  // What jest prints on standard output may be read by a program.
  const command = spawn(process.execPath, words, { stdio: ['ignore', process.stderr, process.stderr] });
  const [exitCode] = (await once(command, 'exit')) as [number | null];
  if (exitCode !== 0) throw new Error(`kubestep machines up ended with ${exitCode ?? 'a signal'}.`);
}
