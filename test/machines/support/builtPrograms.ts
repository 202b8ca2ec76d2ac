import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assetFolder } from '../../../local/machines/assets/catalogue.ts';
import { newestVersion, releaseOf } from '../../../shared/releases/releases.ts';

const assets = join('.kubestep', 'machines', 'assets');
const release = releaseOf(newestVersion);

/** What `kubestep machines prepare` has built of the newest release; undefined where it has not. */
export function builtPrograms(): { readonly etcd: string; readonly apiServer: string } | undefined {
  if (release === undefined) return undefined;
  const folder = (name: string, version: string) => assetFolder(assets, { name, version });
  const apiServer = join(folder('kube-apiserver', release.kubernetes), 'kube-apiserver');
  const archive = join(folder('etcd', release.etcd), `etcd-v${release.etcd}-linux-amd64.tar.gz`);
  if (process.platform !== 'linux' || !existsSync(apiServer) || !existsSync(archive)) return undefined;
  const unpacked = mkdtempSync(join(tmpdir(), 'kubestep-etcd-'));
  execFileSync('tar', ['--extract', '--gzip', '--file', archive, '--directory', unpacked, '--strip-components', '1']);
  return { etcd: join(unpacked, 'etcd'), apiServer };
}

/** Ports of loopback that nobody listens on now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Asks until the answer is there; the last reason why not, where it never is. */
export async function eventually<Value>(seconds: number, ask: () => Promise<Value> | Value): Promise<Value> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
