import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanMachinesWorld } from '../../../local/world/cleanMachinesWorld.ts';
import { endOwner, takeWorldFolder } from '../../../local/world/worldFolder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-world-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ownedBy = (owner: object) => writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner));

test('a world has one owner, and the second process gets its process id', () => {
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

test('a folder that nobody can make is refused at once, and missing folders around one that can be made are made', () => {
  expect(() => takeWorldFolder('/proc/nope/world')).toThrow(/ENOENT|EACCES|EPERM/);
  takeWorldFolder(join(folder, 'some', 'where'))();
  expect(statSync(join(folder, 'some')).mode & 0o777).toBe(0o700);
});

test('a folder that others may write is not taken for a world: they could put their own key there', () => {
  chmodSync(folder, 0o777);
  expect(() => takeWorldFolder(folder)).toThrow(/Others may write/);
});

describe('cleaning', () => {
  test.each(['.', '/'])('of %s is refused before anything goes', async (path) => {
    await expect(cleanMachinesWorld(path)).rejects.toThrow(/Nothing was removed|belongs to another|Others may write/);
    expect(existsSync('package.json')).toBe(true);
  });

  test('of a folder that is no world leaves its files, and the process that a planted owner names', async () => {
    const other = spawn('sleep', ['60']);
    await once(other, 'spawn');
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', 'file'), 'precious');
    ownedBy({ pid: other.pid });
    await expect(cleanMachinesWorld(folder)).rejects.toThrow(/not a world of machines/);
    expect(existsSync(join(folder, 'sub', 'file'))).toBe(true);

    await endOwner(folder); // also where the folder would have passed for a world
    expect(other.exitCode).toBeNull();
    other.kill('SIGKILL');
    await once(other, 'exit');
  });
});
