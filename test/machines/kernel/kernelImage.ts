import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { MachineFile } from '../../../local/machines/nspawn/image/imageFiles.ts';
import { packages as machinePackages, suite } from '../../../local/machines/nspawn/image/packages.ts';
import { succeed } from '../../../local/machines/nspawn/machine/command.ts';
import { overlayOptions } from '../../../local/machines/nspawn/machine/mounts.ts';

/** What a machine boots from: kernel, what it starts with, and a disk that no boot writes to. */
export interface KernelImage {
  readonly kernel: string;
  readonly initialDisk: string;
  readonly disk: string;
  /** The machine's output is kept here, for a look into a check that failed. */
  readonly console: string;
}

/** What one image has beyond Debian's packages. */
export interface ImageContent {
  readonly files: readonly MachineFile[];
  /** Link to target. */
  readonly links?: Readonly<Record<string, string>>;
}

/** As Debian's own cloud images, as far as the checks look; what the node script calls is there. */
const packages = [
  ...machinePackages,
  ...['systemd-resolved', 'udev', 'zstd', 'initramfs-tools', 'linux-image-cloud-amd64', 'cloud-init'],
];
const leftOut = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*'];
const buildSeconds = 1800;

/** Only what EC2's own images say of themselves: where their data comes from, and that networkd sets the network up. */
const ofEveryImage: ImageContent = {
  files: [
    {
      path: '/etc/cloud/cloud.cfg.d/50-ec2.cfg',
      mode: '0644',
      content: [
        'datasource_list: [Ec2]',
        'datasource: {Ec2: {max_wait: 300, timeout: 50}}',
        'system_info: {network: {renderers: [networkd]}}',
        'users: []',
        // What Debian's images have ready, and takes minutes here.
        'locale: false',
        '',
      ].join('\n'),
    },
    { path: '/etc/fstab', mode: '0644', content: '/dev/vda / ext4 defaults 0 1\n' },
    // Empty: each machine makes its own at its first boot.
    { path: '/etc/machine-id', mode: '0444', content: '' },
  ],
  links: {
    '/etc/systemd/system/multi-user.target.wants/systemd-networkd.service':
      '/lib/systemd/system/systemd-networkd.service',
    '/etc/resolv.conf': '/run/systemd/resolve/stub-resolv.conf',
    // It would hang up on what checks say there.
    '/etc/systemd/system/serial-getty@ttyS0.service': '/dev/null',
  },
};

/**
 * Ensures an image below a folder: Debian's packages, fetched once, and under a name of its own a disk with this content,
 * written each time.
 */
export async function ensureKernelImage(folder: string, name: string, content: ImageContent): Promise<KernelImage> {
  const root = resolve(folder, `root-${createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 12)}`);
  if (!existsSync(root)) await install(root);
  const disk = resolve(folder, `${name}.disk`);
  rmSync(disk, { force: true });
  await writeDisk(disk, root, [ofEveryImage, content]);
  return {
    kernel: bootFile(root, 'vmlinuz-'),
    initialDisk: bootFile(root, 'initrd.img-'),
    disk,
    console: `${disk}.console`,
  };
}

/** The packages stay as they are: what is written on them goes into a layer of its own, whose mount nobody else sees. */
async function writeDisk(disk: string, root: string, contents: readonly ImageContent[]): Promise<void> {
  const layer = `${disk}.layer`;
  rmSync(layer, { recursive: true, force: true });
  const folders = { upper: join(layer, 'upper'), work: join(layer, 'work'), merged: join(layer, 'merged') };
  for (const each of Object.values(folders)) mkdirSync(each, { recursive: true });
  for (const { files, links = {} } of contents) {
    for (const { path, mode, content } of files) {
      const target = join(folders.upper, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content, { mode: Number.parseInt(mode, 8) });
    }
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(dirname(join(folders.upper, path)), { recursive: true });
      await succeed('ln', ['--symbolic', '--force', '--no-dereference', target, join(folders.upper, path)]);
    }
  }
  const script = `
    mount -t overlay kernel-image -o "$1" "$2"
    chroot "$2" update-ca-certificates > /dev/null
    mke2fs -q -t ext4 -d "$2" "$3" 6G`;
  const options = overlayOptions({ layers: [root], upper: folders.upper, work: folders.work });
  const words = ['--mount', '--', 'sh', '-ec', script, 'sh', options, folders.merged, disk];
  await succeed('unshare', words, { timeoutSeconds: buildSeconds });
  rmSync(layer, { recursive: true, force: true });
}

async function install(root: string): Promise<void> {
  const beside = `${root}.new`;
  mkdirSync(dirname(root), { recursive: true });
  rmSync(beside, { recursive: true, force: true });
  const words = [
    '--variant=minbase',
    '--aptopt=APT::Install-Recommends "false"',
    ...leftOut.map((path) => `--dpkgopt=path-exclude=${path}`),
    `--include=${packages.join(',')}`,
    suite,
    beside,
  ];
  await succeed('mmdebstrap', words, { timeoutSeconds: buildSeconds });
  renameSync(beside, root);
}

function bootFile(root: string, prefix: string): string {
  const name = readdirSync(join(root, 'boot')).find((each) => each.startsWith(prefix));
  if (name === undefined) throw new Error(`The image has no ${prefix}* in /boot.`);
  return join(root, 'boot', name);
}
