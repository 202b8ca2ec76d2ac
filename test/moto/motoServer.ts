import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as rest } from 'node:timers/promises';

/** A moto server of this process's own, on loopback. */
export interface MotoServer {
  readonly url: string;
  /** Forgets everything. */
  reset(): Promise<void>;
  stop(): void;
}

const triesToStart = 240;
const betweenTriesMilliseconds = 250;

/** Starts moto and waits until it answers. */
export async function startMoto(programs: string): Promise<MotoServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(join(programs, 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const stop = () => void server.kill('SIGKILL');
  for (let tries = 0; tries < triesToStart; tries += 1) {
    if (server.exitCode !== null) throw new Error(`moto ended with ${server.exitCode} instead of serving`);
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    if (answer?.ok) {
      return { url, stop, reset: async () => void (await fetch(`${url}/moto-api/reset`, { method: 'POST' })) };
    }
    await rest(betweenTriesMilliseconds);
  }
  stop();
  throw new Error('moto did not answer within a minute');
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
