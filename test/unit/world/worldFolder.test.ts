import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeWorldFolder } from '../../../local/world/worldFolder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-world-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ownedBy = (owner: object) => writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner));

test('a world has one owner, and whoever comes second is told its number', () => {
  const giveBack = takeWorldFolder(folder);
  expect(() => takeWorldFolder(folder)).toThrow(new RegExp(`in use by process ${process.pid}`));
  giveBack();
  takeWorldFolder(folder)();
});

test('a living process of somebody else keeps its world', async () => {
  const other = spawn('sleep', ['60']);
  await once(other, 'spawn');
  ownedBy({ pid: other.pid });
  expect(() => takeWorldFolder(folder)).toThrow(/in use/);
  other.kill('SIGKILL');
  await once(other, 'exit');
  takeWorldFolder(folder)();
});

test('the world of a process that is gone is taken over', () => {
  const { pid } = spawnSync('true');
  ownedBy({ pid, started: '1' });
  takeWorldFolder(folder)();
});

test('a process that only bears the number of the dead owner does not keep the world', () => {
  ownedBy({ pid: process.pid, started: 'at another time' });
  takeWorldFolder(folder)();
});

test('a lock that nobody can read is of nobody', () => {
  writeFileSync(join(folder, 'owner.json'), '');
  takeWorldFolder(folder)();
});
