import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entriesOf } from '../../../../../local/machines/assets/buildAssets.ts';
import { type TarEntry, tarArchive } from '../../../../../local/machines/assets/tarArchive.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();
const file = (path: string, content: string): TarEntry => ({ path, kind: 'file', content: Buffer.from(content) });

async function archiveOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of tarArchive(entries)) parts.push(part);
  return Buffer.concat(parts);
}

async function unpack(name: string, entries: readonly TarEntry[], ...options: readonly string[]): Promise<string> {
  const target = join(folder, name);
  mkdirSync(target);
  writeFileSync(`${target}.tar`, await archiveOf(entries));
  execFileSync('tar', ['--extract', '--file', `${target}.tar`, '--directory', target, ...options]);
  return target;
}

test('tar unpacks what was packed: folders, files of any length, links and permissions', async () => {
  const target = await unpack('kinds', [
    { path: 'bin', kind: 'folder' },
    { ...file('bin/program', 'x'.repeat(513)), mode: 0o755 },
    file('bin/empty', ''),
    file('bin/block', 'y'.repeat(512)),
    { path: 'bin/other', kind: 'link', target: 'program' },
  ]);
  expect(readFileSync(join(target, 'bin/other'), 'utf8')).toBe('x'.repeat(513));
  expect(readlinkSync(join(target, 'bin/other'))).toBe('program');
  expect(readFileSync(join(target, 'bin/empty'), 'utf8')).toBe('');
  expect(readFileSync(join(target, 'bin/block'), 'utf8')).toHaveLength(512);
  expect(statSync(join(target, 'bin/program')).mode & 0o777).toBe(0o755);
});

test('a path of more than 100 characters keeps its name', async () => {
  const path = `${'folder/'.repeat(18)}file`;
  const target = await unpack('long', [file(path, 'far down')]);
  expect(readFileSync(join(target, path), 'utf8')).toBe('far down');
});

test('a path that fits into no header is refused', async () => {
  await expect(archiveOf([file('x'.repeat(101), '')])).rejects.toThrow('too long');
});

test('the same entries in another order, written at another time, are the same bytes', async () => {
  const source = join(folder, 'source');
  writeFileSync(source, 'old');
  const entries: TarEntry[] = [{ path: 'b', kind: 'file', from: source }, file('a', '1')];
  const first = await archiveOf(entries);
  writeFileSync(source, 'old');
  expect(await archiveOf(entries.reverse())).toEqual(first);
});

test('the node script finds the programs of etcd in its archive', async () => {
  const programs = ['etcd', 'etcdctl', 'etcdutl'].map((name) => ({ name, path: join(folder, name) }));
  for (const { name, path } of programs) writeFileSync(path, name);
  const target = await unpack(
    'etcd-archive',
    entriesOf({ archiveFolder: 'etcd-v3.6.14-linux-amd64' }, programs),
    ...['--strip-components', '1', '--no-same-owner', '--wildcards', '*/etcd', '*/etcdctl', '*/etcdutl'],
  );
  for (const { name } of programs) expect(readFileSync(join(target, name), 'utf8')).toBe(name);
});
