import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../../../local/world/owner.ts';

/** Resolves when a file of the process's `/proc` folder says so. */
async function untilProcessSays(pid: number, file: string, said: RegExp): Promise<void> {
  while (!said.test(readFileSync(`/proc/${pid}/${file}`, 'utf8'))) await delay(10);
}

test('a process that has ended and that nobody has waited for does not own a world', async () => {
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60']);
  const parentPid = Number(parent.pid);
  const [line] = await once(parent.stdout, 'data');
  const child = Number(String(line));
  try {
    // A shell would wait for its child, and the child be gone; what the shell becomes does not.
    await untilProcessSays(parentPid, 'comm', /^sleep$/m);
    process.kill(child, 'SIGKILL');
    await untilProcessSays(child, 'stat', /\) Z /);
    expect(isAlive({ pid: child })).toBe(false);
    expect(isAlive({ pid: parentPid })).toBe(true);
  } finally {
    parent.kill();
  }
});
