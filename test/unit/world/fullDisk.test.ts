import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'kubestep-full-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command; the kernel refuses what makes a file larger than the limit, as it does when a disk is full. */
function kubestep(words: string, limitKiB: number | 'unlimited') {
  const command = `ulimit -f ${limitKiB}; exec ${process.execPath} cli/kubestep.mjs ${words} --world ${folder} --speed 2000`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  return { status, text: stdout + stderr };
}

test('a run whose world can be written no more says so, and is resumed once there is room', () => {
  expect(kubestep('get clusters', 'unlimited').status).toBe(0);
  const written = Math.ceil(statSync(join(folder, 'journal.jsonl')).size / 1024);

  const stopped = kubestep('create -f events/createCluster.json', written + 200);
  expect(stopped.text).toMatch(/can be written no more: EFBIG[\s\S]*Free some space, then continue: kubestep resume/);
  expect(stopped.text).not.toMatch(/defect of kubestep|\n {4}at /);
  expect(stopped.status).toBe(1);

  const resumed = kubestep('resume', 'unlimited');
  expect(resumed.text).toContain('demo is ready');
  expect(resumed.status).toBe(0);
}, 240_000);
