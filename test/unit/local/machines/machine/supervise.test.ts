import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageFiles } from '../../../../../local/machines/nspawn/image/imageFiles.ts';
import supervise from '../../../../../local/machines/nspawn/machine/supervise.sh';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-supervise-'));
  for (const name of ['bin', 'own', 'group']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the supervisor with a machine that ends with these numbers, one boot after the other. */
function supervised(...endings: readonly number[]): { boots: number; ended: string } {
  writeFileSync(join(folder, 'endings'), endings.map((ending) => `${ending}\n`).join(''));
  const machine = `#!/bin/bash
echo "$@" >> "${folder}/boots"
exit "$(sed -n "$(wc -l < "${folder}/boots")p" "${folder}/endings")"`;
  writeFileSync(join(folder, 'bin', 'systemd-nspawn'), machine);
  chmodSync(join(folder, 'bin', 'systemd-nspawn'), 0o755);
  writeFileSync(join(folder, 'supervise'), supervise);
  const parameters = ['supervise', folder, 'kubestep-w-i-1', '1048576', join(folder, 'own'), join(folder, 'group')];
  const { stderr } = spawnSync('bash', [join(folder, 'supervise'), ...parameters.slice(1)], {
    env: { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}` },
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(stderr).toBe('');
  const boots = readFileSync(join(folder, 'boots'), 'utf8').trim().split('\n');
  return { boots: boots.length, ended: readFileSync(join(folder, 'ended'), 'utf8').trim() };
}

test('a machine that reboots is started again until it is powered off', () => {
  expect(supervised(133, 133, 0)).toEqual({ boots: 3, ended: '0' });
});

test('a machine that is killed stays down, and how it ended is known', () => {
  expect(supervised(137, 0)).toEqual({ boots: 1, ended: '137' });
});

test('supervisor and machine enter the groups that they are counted in, each its own', () => {
  supervised(0);
  const [supervisor, machine] = ['own', 'group'].map((name) =>
    readFileSync(join(folder, name, 'cgroup.procs'), 'utf8'),
  );
  expect(supervisor).toMatch(/^\d+\n$/);
  expect(machine).toMatch(/^\d+\n$/);
  expect(machine).not.toBe(supervisor);
});

test('every script is bash without an error of syntax', () => {
  const scripts = imageFiles.filter(({ content }) => content.startsWith('#!/bin/bash')).map(({ content }) => content);
  expect(scripts.length).toBeGreaterThan(1);
  for (const script of [...scripts, supervise]) execFileSync('bash', ['-n'], { input: script });
});
