import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../../local/world/journal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-kill-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const root = process.cwd();

/** Writes number after number and says each only when its commit has resolved. */
const writer = `
  await import('./resources/sources.mjs');
  const { openJournal } = await import('./local/world/journal.ts');
  const { DurableTables } = await import('./local/world/durableTables.ts');
  const folder = process.argv[1];
  const journal = await openJournal({ folder, standing: () => [], everything: () => [], hold: () => () => {} });
  const tables = new DurableTables(journal);
  tables.restore(journal.changes);
  const rows = tables.table('numbers');
  for (let number = rows.size; ; number++) {
    rows.put(String(number), { number, filling: 'x'.repeat(number % 3000) });
    await tables.commit();
    process.stdout.write(number + '\\n');
  }`;

test('a process killed at any moment loses no number that it has said', async () => {
  let said = -1;
  for (const milliseconds of [40, 90, 170]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer, folder], { cwd: root });
    child.stdout.on('data', (chunk: Buffer) => {
      // What arrives without its end of line may be half a number.
      const lines = chunk.toString().split('\n').slice(0, -1).filter(Boolean);
      said = Math.max(said, Number(lines.at(-1) ?? -1));
    });
    await once(child.stdout, 'data');
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    child.kill('SIGKILL');
    await once(child, 'close');

    const journal = await openJournal({ folder, standing: () => [], everything: () => [], hold: () => () => {} });
    const kept = new Set(journal.changes.map(([, key]) => Number(key)));
    await journal.close();
    expect(said).toBeGreaterThanOrEqual(0);
    expect([...Array(said + 1).keys()].filter((number) => !kept.has(number))).toEqual([]);
  }
}, 60_000);

function kubestep(...words: string[]): ChildProcess {
  const speed = ['--world', folder, '--speed', '2000'];
  return spawn(process.execPath, ['cli/kubestep.mjs', ...words, ...speed], { cwd: root });
}

/** Its exit code and everything that it wrote. */
async function ended(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  const parts: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => parts.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => parts.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, text: Buffer.concat(parts).toString() };
}

/** Kills the process as soon as it has written this. */
async function killedAt(child: ChildProcess, text: string): Promise<void> {
  let written = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    written += chunk.toString();
    if (written.includes(text)) child.kill('SIGKILL');
  });
  await once(child, 'close');
  expect(written).toContain(text);
}

test('a create whose process is killed again and again is resumed to its end, and deleted without a trace', async () => {
  await killedAt(kubestep('create', '-f', 'events/createCluster.json'), 'CreateVpc');
  await killedAt(kubestep('resume'), 'LaunchEtcd');
  await killedAt(kubestep('resume'), 'AwaitLoadBalancer');

  const resumed = await ended(kubestep('resume'));
  expect(resumed.text).toContain('demo is ready');
  expect(resumed.code).toBe(0);

  const deleted = await ended(kubestep('delete', 'demo'));
  expect(deleted.text).toContain('demo is deleted');
  expect(deleted.code).toBe(0);
  expect((await ended(kubestep('get', 'clusters', '-o', 'json'))).text.trim()).toBe('[]');
}, 240_000);
