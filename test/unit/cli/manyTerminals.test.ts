import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { openLocalWorld } from '../../../cli/localWorld.ts';
import { announce, announcedIn } from '../../../local/serve/announcement.ts';

let folder: string;
const servers: Server[] = [];
const children: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-terminals-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true });
});

/** A command in a terminal of its own. */
function kubestep(...words: string[]) {
  const child = spawn(process.execPath, ['cli/kubestep.mjs', ...words, '--world', folder], { cwd: process.cwd() });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, text }));
  return { child, ended, text: () => text };
}

/** Waits for something that another process does. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A process that serves the world of the folder, as far as others can see. */
async function anOwner(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('two terminals create two clusters in one world, and when the first is killed the second continues both', async () => {
  const first = kubestep('create', '-f', 'events/createCluster.json');
  await until(() => first.text().includes('AcquireLock'));
  const second = kubestep('create', '-f', 'events/secondCluster.yaml');
  await until(() => second.text().includes('AcquireLock'));
  const looked = await kubestep('get', 'clusters', '-o', 'name').ended;
  expect(looked).toEqual({ code: exitCodes.done, text: 'cluster/demo\ncluster/shop\n' });

  first.child.kill('SIGKILL');
  expect(await second.ended).toMatchObject({
    code: exitCodes.done,
    text: expect.stringMatching(/shop is ready after/),
  });
  const [, run = ''] = /run\/(\S+)/.exec((await kubestep('get', 'runs', 'demo', '-o', 'name').ended).text) ?? [];
  expect(await kubestep('watch', run, '--cluster', 'demo').ended).toMatchObject({ code: exitCodes.done });
}, 300_000);

test('how fast time passes is said by the process that has the world open, and by no other', async () => {
  const served = kubestep('serve', '--real-time');
  await until(() => announcedIn(folder) !== undefined);
  const { code, text } = await kubestep('get', 'clusters', '--speed', '100').ended;
  expect({ code, text }).toMatchObject({
    code: exitCodes.invalid,
    text: expect.stringMatching(/decides this\. Leave out --speed/),
  });
  const again = await kubestep('serve').ended;
  expect(again).toMatchObject({
    code: exitCodes.invalid,
    text: expect.stringMatching(new RegExp(`Process ${served.child.pid} has this world open.*serve --env`)),
  });
  expect(await kubestep('get', 'clusters').ended).toMatchObject({ code: exitCodes.done });
  served.child.kill('SIGTERM');
  await served.ended;
  expect(existsSync(join(folder, 'served.json'))).toBe(false);
});

test('where nothing is served, a shell stops before the command that follows --env, and would reach a real account', () => {
  const script = `eval "$("$1" cli/kubestep.mjs serve --env --world "$2" $3)" && echo reached`;
  const inShell = (...words: string[]) =>
    spawnSync('sh', ['-c', script, 'sh', process.execPath, ...words], { encoding: 'utf8' });
  expect(inShell(folder)).toMatchObject({ stdout: '', stderr: expect.stringMatching(/^Nothing serves the world/) });
  chmodSync(folder, 0o777);
  expect(inShell(folder)).toMatchObject({ stdout: '', stderr: expect.stringMatching(/Others may write/) });
  chmodSync(folder, 0o700);
});

test('programs that ask where a world is served read nothing on standard output where none is', async () => {
  const asked = spawnSync(process.execPath, ['cli/kubestep.mjs', 'serve', '--env', '-o', 'json', '--world', folder]);
  expect({ code: asked.status, text: asked.stdout.toString() }).toEqual({ code: exitCodes.unreachable, text: '' });
});

describe('an owner that is gone in the middle of a request', () => {
  test('leaves a change that may have been made: it is not repeated, and the message says to look', async () => {
    announce(folder, await anOwner((incoming) => incoming.destroy()));
    const target = await openLocalWorld({ folder, projectRoot: '.' });
    await expect(target.request({ method: 'POST', path: '/clusters/demo/runs/r/stop' })).rejects.toMatchObject({
      exitCode: exitCodes.unreachable,
      message: expect.stringMatching(/ended during POST .*may have been done or not. Look at it/),
    });
  });

  test('is followed by another one, which is asked what can be asked twice', async () => {
    const asked: string[] = [];
    const next = await anOwner((incoming, outgoing) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      outgoing.end('{"clusters":[]}');
    });
    const first = await anOwner((incoming) => {
      announce(folder, next);
      incoming.destroy();
    });
    announce(folder, first);
    const target = await openLocalWorld({ folder, projectRoot: '.' });
    await target.request({ method: 'GET', path: '/clusters' });
    announce(folder, first);
    const again = await openLocalWorld({ folder, projectRoot: '.' });
    await again.request({ method: 'PUT', path: '/clusters/demo', query: { requestId: 'one' }, body: '' });
    expect(asked).toEqual(['GET /clusters', 'PUT /clusters/demo?requestId=one']);
  });
});

describe('an announcement', () => {
  const announced = (owner: object) => writeFileSync(join(folder, 'served.json'), JSON.stringify(owner));
  const endpoint = 'http://127.0.0.1:1';

  test('of a process that is gone, or only bears its number, is nobody’s', () => {
    announce(folder, endpoint);
    expect(announcedIn(folder)).toMatchObject({ endpoint, pid: process.pid });
    announced({ endpoint, pid: process.pid, started: 'at another time' });
    expect(announcedIn(folder)).toBeUndefined();
    announced({ endpoint, pid: 2 ** 22 + 1 });
    expect(announcedIn(folder)).toBeUndefined();
  });

  test.each(['http://example.com:80', "http://127.0.0.1:1';id;'", 'http://127.0.0.1:1@example.com:80'])(
    'that names %s is none: only this machine is asked',
    (elsewhere) => {
      announced({ endpoint: elsewhere, pid: process.pid });
      expect(announcedIn(folder)).toBeUndefined();
    },
  );

  test('in a folder that others may write is refused before anybody is asked', async () => {
    announce(folder, endpoint);
    chmodSync(folder, 0o777);
    const { code, text } = await kubestep('get', 'clusters').ended;
    expect({ code, text }).toMatchObject({
      code: exitCodes.invalid,
      text: expect.stringMatching(/Others may write/),
    });
    chmodSync(folder, 0o700);
  });

  test('and the key beside it are for the eyes of their owner', async () => {
    const served = kubestep('serve');
    await until(() => announcedIn(folder) !== undefined);
    for (const file of ['served.json', 'accessKey.json', 'owner.json']) {
      const { mode } = statSync(join(folder, file));
      expect([file, mode & 0o777]).toEqual([file, 0o600]);
    }
    expect(JSON.parse(readFileSync(join(folder, 'served.json'), 'utf8'))).toMatchObject({ pid: served.child.pid });
  });
});
