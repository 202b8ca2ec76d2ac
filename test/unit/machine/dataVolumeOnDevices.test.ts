import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aNodeShell, type NodeShell } from '../../support/nodeShell.ts';

/** Why no disk can be formatted and mounted here; undefined where one can. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root';
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'pipe' });
    for (const program of ['mkfs.ext4', 'e2fsck', 'resize2fs', 'wipefs', 'useradd', 'losetup'])
      execFileSync('bash', ['-c', 'command -v "$1"', 'bash', program], { stdio: 'pipe' });
    execFileSync('losetup', ['--find'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `this machine cannot: ${(error as Error).message}`;
  }
}

const reason = obstacle();
if (reason !== undefined) console.log(`skipped: disks of a real kernel: ${reason}`);
const onDevices = reason === undefined ? describe : describe.skip;

const own = '0f3c2a1b4d5e6f708';
/** A pod's volume, whose name sorts before the slot's. */
const pods = '01aaaaaaaaaaaaaaa';

onDevices('on a machine with the slot’s volume and a pod’s', () => {
  const devices: string[] = [];
  let shell: NodeShell;

  beforeEach(() => {
    shell = aNodeShell({ within: ['unshare', '--mount', '--propagation', 'private'] });
    const settings = ['CLUSTER_ID=demo-x7k2p', 'MACHINE=master-0', 'NODE_API=https://api', 'RUNS=etcd'];
    shell.write('etc/kubestep/settings', `${[...settings, `VOLUME_ID=vol-${own}`].join('\n')}\n`);
    mkdirSync(join(shell.folder, 'dev/disk/by-id'), { recursive: true });
  });
  afterEach(() => {
    for (const device of devices.splice(0)) execFileSync('losetup', ['--detach', device]);
    shell.remove();
  });

  const disk = (id: string) => join(shell.folder, `${id}.img`);
  const contentOf = (id: string) =>
    createHash('sha256')
      .update(readFileSync(disk(id)))
      .digest('hex');

  /** A disk of 64 MiB, seen as EC2 shows it. */
  function attach(id: string): string {
    writeFileSync(disk(id), '');
    truncateSync(disk(id), 64 * 2 ** 20);
    const device = execFileSync('losetup', ['--find', '--show', disk(id)], { encoding: 'utf8' }).trim();
    devices.push(device);
    symlinkSync(device, join(shell.folder, `dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol${id}`));
    return device;
  }

  // Users are made in a copy of /etc; the paths of the node script itself lie in the folder anyway.
  const start = (then = ':', begin = 'new') =>
    shell.bash(
      `
cp -a --parents /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/login.defs "$1" 2> /dev/null || true
mount --bind "$1/etc" /etc
. ./fetch-bundle; . ./world.sh; . ./data-volume.sh; . ./etcd.sh
signed() { while [ $# -gt 0 ]; do if [ "$1" = -o ]; then echo '{"start":"${begin}"}' > "$2"; fi; shift; done; }
bring_up_at_boot() { :; }
start_etcd > /dev/null
data=${shell.folder}/var/lib/etcd/data
${then}`,
      shell.folder,
    );

  test('a master that reboots mounts its own and does not touch the pod’s, which holds no file system yet', () => {
    attach(pods);
    const device = attach(own);
    start('mkdir -p $data/member/wal; echo acknowledged > $data/member/wal/0.wal');
    const before = contentOf(pods);

    const seen = start(
      `findmnt --noheadings --output SOURCE,OPTIONS ${shell.folder}/var/lib/etcd; cat $data/member/wal/0.wal`,
      'refuse',
    );
    expect(seen).toContain(device);
    expect(seen).toContain('acknowledged');
    for (const option of ['nosuid', 'nodev', 'noexec', 'nosymfollow']) expect(seen).toContain(option);
    expect(contentOf(pods)).toBe(before);
  });

  test('a pod’s volume alone is not taken for the slot’s, even when it wears the label', () => {
    const device = attach(pods);
    execFileSync('mkfs.ext4', ['-q', '-L', 'kubestep-etcd', device]);
    const before = contentOf(pods);
    const impatient = 'sleep() { SECONDS=$((SECONDS + 100)); }';
    expect(() => shell.bash(`. ./fetch-bundle; . ./world.sh; . ./data-volume.sh\n${impatient}\nmount_data`)).toThrow(
      'not within 900 s',
    );
    expect(contentOf(pods)).toBe(before);
  });

  test('an empty volume of a cluster that has begun stays as empty as it was', () => {
    attach(own);
    const before = contentOf(own);
    expect(() => start(':', 'refuse')).toThrow('EtcdVolumeEmpty');
    expect(contentOf(own)).toBe(before);
  });

  test.each([
    ['a swap area', 'mkswap'],
    ['another file system', 'mkfs.ext4'],
  ])('a volume with %s is not formatted', (_, make) => {
    const device = attach(own);
    execFileSync(make, [device], { stdio: 'pipe' });
    const before = contentOf(own);
    expect(() => start()).toThrow('nothing on it is touched');
    expect(contentOf(own)).toBe(before);
  });

  test('a volume that was grown has more room after the next boot', () => {
    const device = attach(own);
    const blocks = () => Number(start(`stat -f -c %b ${shell.folder}/var/lib/etcd`).trim());
    const before = blocks();
    truncateSync(disk(own), 128 * 2 ** 20);
    execFileSync('losetup', ['--set-capacity', device]);
    expect(blocks()).toBeGreaterThan(before * 1.5);
  });

  test('data that an image wrote under another number is etcd’s again', () => {
    attach(own);
    start('mkdir -p $data/member/wal; echo entry > $data/member/wal/0.wal; chown -R 998:998 $data');
    const owners = start('find $data -printf "%U:%G\\n" | sort -u; id -u etcd', 'refuse');
    expect(owners).toBe('61000:61000\n61000\n');
  });

  test('an image that gave the number to somebody else is refused by name', () => {
    attach(own);
    expect(() =>
      shell.bash(
        `
cp -a --parents /etc/passwd /etc/group /etc/shadow /etc/gshadow /etc/login.defs "$1" 2> /dev/null || true
mount --bind "$1/etc" /etc
useradd --uid 61000 --no-create-home backup2
. ./fetch-bundle; . ./world.sh; . ./data-volume.sh; . ./etcd.sh
ensure_etcd_user`,
        shell.folder,
      ),
    ).toThrow('61000');
  });
});
