import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { aNodeShell, type NodeShell } from '../support/nodeShell.ts';
import { builtPrograms, eventually, freePorts } from './support/builtPrograms.ts';

const programs = builtPrograms();
if (programs === undefined) console.log('skipped: etcd is not built: kubestep machines prepare builds it');
const withEtcd = programs === undefined ? describe.skip : describe;

withEtcd('a member of etcd whose machine is asked for a snapshot', () => {
  const bin = dirname(programs?.etcd ?? '');
  let shell: NodeShell;
  let endpoints: readonly [string, string];
  let member: ChildProcess;

  const start = (data: string, [client, peer]: readonly [string, string], ...flags: readonly string[]): ChildProcess =>
    spawn(
      join(bin, 'etcd'),
      [
        ...[`--data-dir=${data}`, `--listen-client-urls=${client}`, `--advertise-client-urls=${client}`],
        ...[`--listen-peer-urls=${peer}`, '--log-level=error', ...flags],
      ],
      { stdio: 'ignore' },
    );
  const etcdctl = (endpoint: string, ...words: readonly string[]): string =>
    execFileSync(join(bin, 'etcdctl'), [`--endpoints=${endpoint}`, ...words], { encoding: 'utf8', stdio: 'pipe' });
  const end = (process: ChildProcess): Promise<unknown> =>
    new Promise((ended) => process.once('exit', ended) && process.kill('SIGKILL'));

  beforeEach(async () => {
    shell = aNodeShell();
    const [client, peer] = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
    endpoints = [client ?? '', peer ?? ''];
    shell.write('etc/kubestep/settings', 'RUNS=etcd\nNODE_API=https://api\n');
    mkdirSync(join(shell.folder, 'var/lib/etcd'), { recursive: true });
    member = start(join(shell.folder, 'var/lib/etcd/data'), endpoints);
    await eventually(30, () => etcdctl(endpoints[0], 'endpoint', 'health'));
    for (let number = 0; number < 50; number += 1) etcdctl(endpoints[0], 'put', `key-${number}`, `value-${number}`);
  }, 60_000);
  afterEach(async () => {
    await end(member);
    shell.remove();
  });
  afterAll(() => rmSync(bin, { recursive: true }));

  /** Runs the verb as the node script does; the Node API answers a URL, and what curl uploads to S3 is in `uploaded`. */
  function takeSnapshot(stubs = ''): { outcome: string; message?: string; result?: Record<string, unknown> } {
    const s3 = `curl() {
  local config; config=$(cat); echo "$config" > ${shell.folder}/config; printf '%s\\n' "$@" > ${shell.folder}/words
  cp "\${!#}" ${shell.folder}/uploaded
  printf 200
}`;
    const report = shell.bash(`
export PATH=${bin}:$PATH
. ./fetch-bundle; . ./world.sh; . ./etcd.sh; . ./operations.sh
send_report() { echo "$1"; }
report_running() { :; }
members() { shift; ETCDCTL_ENDPOINTS=${endpoints[0]} "$@"; }
signed() { while [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo '{"url":"https://bucket/backups/one?X-Amz-Signature=abc"}' > "$2"; fi; if [ "$1" = --data-binary ]; then echo "$2" > ${shell.folder}/asked; fi; shift; done; }
${s3}
${stubs}
fenced=no
operation snapshot op-1 0 ""`);
    return JSON.parse(`{${report}}`);
  }

  test('stores one that etcdutl restores with every key, and leaves no file of it', async () => {
    const { outcome, result } = takeSnapshot();
    const sha256 = execFileSync('sha256sum', [join(shell.folder, 'uploaded')], { encoding: 'utf8' }).slice(0, 64);
    expect([outcome, result]).toMatchObject(['done', { sha256, revision: 51 }]);
    expect(JSON.parse(shell.read('asked'))).toEqual({ operationId: 'op-1', sizeBytes: result?.['sizeBytes'], sha256 });
    expect(shell.read('config')).toBe('url = "https://bucket/backups/one?X-Amz-Signature=abc"\n');
    expect(shell.read('words')).not.toContain('X-Amz-Signature');
    expect(shell.read('words')).toContain(`x-amz-checksum-sha256: ${Buffer.from(sha256, 'hex').toString('base64')}`);
    expect(existsSync(join(shell.folder, 'var/lib/kubestep/snapshot'))).toBe(false);

    const saved = join(shell.folder, 'saved.db');
    execFileSync('bash', ['-c', `gunzip < ${shell.folder}/uploaded > ${saved}`]);
    const restored = join(shell.folder, 'restored');
    execFileSync(join(bin, 'etcdutl'), ['snapshot', 'restore', saved, `--data-dir=${restored}`], { stdio: 'pipe' });
    const [client, peer] = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`) as [string, string];
    const other = start(restored, [client, peer]);
    await eventually(30, () => etcdctl(client, 'endpoint', 'health'));
    const keys = etcdctl(client, 'get', 'key-', '--prefix', '--keys-only').trim().split(/\n+/);
    expect(keys).toHaveLength(50);
    expect(etcdctl(client, 'get', 'key-49', '--print-value-only')).toBe('value-49\n');
    await end(other);
  }, 60_000);

  test('refuses one in which a bit has flipped, although etcdutl passes it', () => {
    const flip = `etcdctl() {
  command etcdctl "$@" && printf '\\x7f' | dd of="\${!#}" bs=1 seek=12000 conv=notrunc 2> /dev/null
  etcdutl snapshot status "\${!#}" > ${shell.folder}/status
}`;
    const { outcome, message } = takeSnapshot(`members() { shift; ETCDCTL_ENDPOINTS=${endpoints[0]} "$@"; }\n${flip}`);
    expect([outcome, message]).toEqual(['failed', expect.stringContaining('SnapshotUnverified')]);
    expect(shell.read('status')).not.toBe('');
    expect(existsSync(join(shell.folder, 'uploaded'))).toBe(false);
    expect(existsSync(join(shell.folder, 'var/lib/kubestep/snapshot'))).toBe(false);
  }, 60_000);

  test('refuses one that S3 would not take in one request, and says what to do', () => {
    const { outcome, message } = takeSnapshot('largest_snapshot=100');
    expect([outcome, message]).toEqual(['failed', expect.stringMatching(/SnapshotTooLarge.*defragment/)]);
    expect(existsSync(join(shell.folder, 'uploaded'))).toBe(false);
    expect(existsSync(join(shell.folder, 'var/lib/kubestep/snapshot'))).toBe(false);
  }, 60_000);

  test('refuses one for which the disk has no room', () => {
    const { outcome, message } = takeSnapshot('df() { echo Avail; echo 1000; }');
    expect([outcome, message]).toEqual(['failed', expect.stringContaining('1000 bytes left')]);
  }, 60_000);

  test('says what S3 has answered where it refuses', () => {
    const { outcome, message } = takeSnapshot(
      'curl() { cat > /dev/null; while [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo "Request has expired" > "$2"; fi; shift; done; printf 403; }',
    );
    expect([outcome, message]).toEqual([
      'failed',
      expect.stringContaining('S3 answered 403 to the snapshot: Request has expired'),
    ]);
  }, 60_000);

  test('counts as stored where an earlier answer was lost', () => {
    expect(takeSnapshot('curl() { cat > /dev/null; printf 412; }').outcome).toBe('done');
  }, 60_000);
});
