import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { aNodeShell, type NodeShell } from '../../support/nodeShell.ts';

const own = 'vol-0f3c2a1b4d5e6f708';
const byId = 'dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_';
const ownDevice = `${byId}vol0f3c2a1b4d5e6f708`;

/**
 * A machine whose block devices are files, and what they hold is written in them: nothing, `LABEL NAME`, `unreadable` or `two
 * signatures`. Every program that would touch a disk writes down what it was asked.
 */
const disks = (folder: string) => `
[() { local words=("$@"); builtin [ "\${words[@]/#-b/-e}"; }
asked() { echo "$*" >> ${folder}/asked; }
mountpoint() { builtin [ -f ${folder}/mounted ]; }
blkid() {
  local content
  content=$(< "\${@: -1}")
  case $content in
    '' | unreadable) return 2 ;;
    'two signatures') return 8 ;;
    'LABEL '*) if [[ "$*" == *LABEL* ]]; then echo "\${content#LABEL }"; fi ;;
  esac
}
wipefs() { case $(< "\${@: -1}") in unreadable) return 1 ;; '') ;; *) echo 'DEVICE OFFSET TYPE UUID LABEL' ;; esac; }
mkfs.ext4() { asked mkfs.ext4 "\${@: -1}"; echo "LABEL $3" > "\${@: -1}"; }
e2fsck() { asked e2fsck "\${@: -1}"; return \${checked:-0}; }
resize2fs() { asked resize2fs "$1"; }
mount() { asked mount "\${@: -2}"; echo "$4" > ${folder}/options; touch ${folder}/mounted; }
signed() { asked signed "\${@: -1}"; while builtin [ $# -gt 0 ]; do if builtin [ "$1" = -o ]; then echo "{\\"start\\":\\"$begin\\"}" > "$2"; fi; shift; done; }
sleep() { SECONDS=$((SECONDS + 100)); }
begin=new
`;

let shell: NodeShell;
beforeEach(() => {
  shell = aNodeShell();
  shell.write(
    'etc/kubestep/settings',
    `VOLUME_ID=${own}\nCLUSTER_ID=demo-x7k2p\nMACHINE=master-0\nNODE_API=https://api\n`,
  );
});
afterEach(() => shell.remove());

const parts = '. ./fetch-bundle; . ./world.sh; . ./data-volume.sh; . ./etcd.sh';
const mountData = (settings = '') => shell.bash(`${parts}\n${disks(shell.folder)}\n${settings}\nmount_data`);
const asked = () =>
  existsSync(join(shell.folder, 'asked')) ? shell.read('asked').replaceAll(shell.folder, '').trim().split('\n') : [];
const device = `/${ownDevice}`;

describe('the slot’s volume', () => {
  test('that is new is formatted once, after the Node API has said that the slot begins empty', () => {
    shell.write(ownDevice, '');
    mountData();
    const mounted = [`e2fsck ${device}`, `resize2fs ${device}`, `mount ${device} /var/lib/etcd`];
    const calls = ['signed https://api/node/etcd', `mkfs.ext4 ${device}`, ...mounted];
    expect(asked()).toEqual(calls);
    expect(shell.read(ownDevice)).toBe('LABEL kubestep-etcd\n');

    mountData();
    expect(asked()).toEqual(calls); // it is mounted

    shell.bash(`rm ${shell.folder}/mounted`);
    mountData('begin=refuse');
    expect(asked()).toEqual([...calls, ...mounted]);
  });

  test('that holds a file system is checked, grown and mounted, and never formatted nor asked about', () => {
    shell.write(ownDevice, 'LABEL kubestep-etcd\n');
    mountData('begin=refuse');
    expect(asked()).toEqual([`e2fsck ${device}`, `resize2fs ${device}`, `mount ${device} /var/lib/etcd`]);
    expect(shell.read('options').trim().split(',').sort()).toEqual([
      'noatime',
      'nodev',
      'noexec',
      'nosuid',
      'nosymfollow',
    ]);
  });

  test.each(['refuse', ''])('that is empty while the answer is "%s" is not formatted', (answer) => {
    shell.write(ownDevice, '');
    expect(() => mountData(`begin=${answer}`)).toThrow(`EtcdVolumeEmpty: ${own} of master-0`);
    expect(asked()).toEqual(['signed https://api/node/etcd']);
    expect(shell.read(ownDevice)).toBe('');
  });

  test.each([
    ['cannot be read', 'unreadable'],
    ['holds several signatures', 'two signatures'],
    ['holds a file system that is not ours', 'LABEL pod-data'],
    ['holds a file system without a label', 'LABEL '],
  ])('that %s is neither formatted nor mounted', (_, content) => {
    shell.write(ownDevice, content);
    expect(() => mountData()).toThrow('nothing on it is touched');
    expect(asked()).toEqual([]);
  });

  test('that e2fsck has repaired is mounted, and one that it could not repair is not', () => {
    shell.write(ownDevice, 'LABEL kubestep-etcd\n');
    expect(() => mountData('checked=4')).toThrow('e2fsck cannot repair');
    expect(asked()).toEqual([`e2fsck ${device}`]);
    mountData('checked=1');
    expect(asked()).toContain(`mount ${device} /var/lib/etcd`);
  });

  test('is waited for, whatever other volumes are there', () => {
    // A pod's, which sorts before the slot's; the slot's first partition; and a link that an image's rules have made.
    for (const other of ['vol01aaaaaaaaaaaaaaa', 'vol0f3c2a1b4d5e6f708-part1', 'vol0f3c2a1b4d5e6f708_1'])
      shell.write(`${byId}${other}`, '');
    shell.bash('ln -s /dev/null "$1"', join(shell.folder, 'dev/xvdf'));
    expect(() => mountData()).toThrow('not within 900 s: data_device');
    expect(asked()).toEqual([]);
  });

  test('is what Xen shows under the name that it was attached as', () => {
    shell.write('dev/xvdf', 'LABEL kubestep-etcd\n');
    mountData();
    expect(asked()).toContain('mount /dev/xvdf /var/lib/etcd');
  });
});

describe('the data on it', () => {
  const start = (settings = '') =>
    shell.bash(
      `${parts}\n${disks(shell.folder)}\n${settings}\nensure_etcd_user() { :; }\nbring_up_at_boot() { asked start "$1"; }\nchown() { :; }\nfind() { command find "$1"; }\nstart_etcd`,
    );
  const state = () => shell.read('run/kubestep/etcd.env');
  const log = 'var/lib/etcd/data/member/wal/0000000000000000-0000000000000000.wal';

  beforeEach(() => shell.write(ownDevice, 'LABEL kubestep-etcd\n'));

  test('is marked as the slot’s before etcd begins a cluster on it', () => {
    mkdirSync(join(shell.folder, 'var/lib/etcd'));
    start();
    expect(shell.read('var/lib/etcd/kubestep-slot')).toBe('demo-x7k2p master-0\n');
    expect(state()).toBe('INITIAL_CLUSTER_STATE=new\n');
    expect(asked()).toContain('start etcd');
  });

  test('that has a log is started without a question, and never as a new cluster', () => {
    shell.write('var/lib/etcd/kubestep-slot', 'demo-x7k2p master-0\n');
    shell.write(log, 'entries');
    start('begin=new');
    expect(asked().join()).not.toContain('signed');
    expect(state()).toBe('INITIAL_CLUSTER_STATE=existing\n');
  });

  test('that is gone is not begun again: a directory without a log is as empty as none', () => {
    shell.write('var/lib/etcd/kubestep-slot', 'demo-x7k2p master-0\n');
    mkdirSync(join(shell.folder, 'var/lib/etcd/data/member/wal'), { recursive: true });
    expect(() => start('begin=refuse')).toThrow('EtcdVolumeEmpty');
    expect(asked().join()).not.toContain('systemctl start');
  });

  test.each(['learner', 'existing'])('of a member that its cluster knows (%s) is fetched from the others', (answer) => {
    shell.write('var/lib/etcd/kubestep-slot', 'demo-x7k2p master-0\n');
    start(`begin=${answer}`);
    expect(state()).toBe('INITIAL_CLUSTER_STATE=existing\n');
  });

  test.each([
    ['of another slot', 'demo-x7k2p master-1\n'],
    ['of another cluster', 'shop-abcde master-0\n'],
    ['of nobody', undefined],
  ])('%s is not started from', (_, marker) => {
    if (marker !== undefined) shell.write('var/lib/etcd/kubestep-slot', marker);
    shell.write(log, 'entries');
    expect(() => start()).toThrow('is not marked as that of demo-x7k2p master-0');
    expect(asked().join()).not.toContain('systemctl start');
  });

  test('is not looked for behind a link', () => {
    mkdirSync(join(shell.folder, 'var/lib/etcd'));
    shell.bash('ln -s /nowhere "$1"', join(shell.folder, 'var/lib/etcd/data'));
    expect(() => start()).toThrow('is a link');
  });
});
