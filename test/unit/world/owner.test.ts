import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isAlive } from '../../../local/world/owner.ts';

test('a process that has ended and that nobody has waited for does not own a world', async () => {
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 30']);
  try {
    const zombie = Number(
      await new Promise((answered) => parent.stdout.once('data', (line) => answered(String(line)))),
    );
    while (!/\) Z /.test(readFileSync(`/proc/${zombie}/stat`, 'utf8')))
      await once(parent.stdout, 'readable', { signal: AbortSignal.timeout(10) }).catch(() => {});
    expect(isAlive({ pid: zombie })).toBe(false);
    expect(isAlive({ pid: Number(parent.pid) })).toBe(true);
  } finally {
    parent.kill();
  }
});
