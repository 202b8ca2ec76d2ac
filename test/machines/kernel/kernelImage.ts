import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { succeed } from '../../../local/machines/nspawn/machine/command.ts';
import {
  kernelModules,
  kernelSettings,
  linkSettings,
  metadataGuard,
  networkdSettings,
} from '../../../shared/node/files/kernel.ts';
import { checksInside } from './checksInside.ts';

/** What a machine boots from: kernel, what it starts with, and a disk that no boot writes to. */
export interface KernelImage {
  readonly kernel: string;
  readonly initialDisk: string;
  readonly disk: string;
}

/** As Debian's own cloud images, as far as the checks look; what the node script calls is there. */
const packages = [
  ...['systemd', 'systemd-sysv', 'systemd-resolved', 'dbus', 'udev', 'kmod', 'zstd', 'initramfs-tools'],
  ...['linux-image-cloud-amd64', 'cloud-init', 'iproute2', 'curl', 'ca-certificates', 'openssl', 'nftables'],
];
const leftOut = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*'];
const buildSeconds = 1800;

/** Only what EC2's own images say of themselves: where their data comes from, and that networkd sets the network up. */
const settings: Readonly<Record<string, string>> = {
  '/etc/cloud/cloud.cfg.d/50-ec2.cfg': [
    'datasource_list: [Ec2]',
    'datasource: {Ec2: {strict_id: false, max_wait: 120, timeout: 20}}',
    'system_info: {network: {renderers: [networkd]}}',
    'users: []',
    '',
  ].join('\n'),
  '/etc/fstab': '/dev/vda / ext4 defaults 0 1\n',
  // What the bundle of a worker brings, before networkd is loaded anew.
  '/etc/modules-load.d/kubestep.conf': kernelModules,
  '/etc/sysctl.d/99-kubestep.conf': kernelSettings,
  '/etc/systemd/networkd.conf.d/kubestep.conf': networkdSettings,
  '/etc/systemd/network/99-default.link': linkSettings,
  '/etc/kubestep/metadata-guard.nft': metadataGuard,
  '/usr/local/sbin/checks-inside': checksInside,
  '/etc/systemd/system/checks-inside.service': [
    '[Unit]',
    'After=cloud-final.service systemd-networkd.service systemd-resolved.service',
    '[Service]',
    'Type=oneshot',
    'ExecStart=/bin/bash /usr/local/sbin/checks-inside',
    'ExecStopPost=/usr/bin/systemctl --no-block poweroff',
    'StandardOutput=tty',
    'StandardError=tty',
    'TTYPath=/dev/ttyS0',
    '',
  ].join('\n'),
};
const links: Readonly<Record<string, string>> = {
  // After cloud-init's last target, which is what multi-user.target waits for, too.
  '/etc/systemd/system/cloud-init.target.wants/checks-inside.service': '/etc/systemd/system/checks-inside.service',
  '/etc/systemd/system/multi-user.target.wants/systemd-networkd.service':
    '/lib/systemd/system/systemd-networkd.service',
  '/etc/resolv.conf': '/run/systemd/resolve/stub-resolv.conf',
};

/** Ensures the image in a folder; the packages are fetched once, the files written each time. */
export async function ensureKernelImage(folder: string): Promise<KernelImage> {
  const root = join(folder, 'root');
  if (!existsSync(root)) await install(root);
  for (const [path, content] of Object.entries(settings)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    await succeed('ln', ['--symbolic', '--force', '--no-dereference', target, join(root, path)]);
  }
  const disk = join(folder, 'disk');
  rmSync(disk, { force: true });
  const words = ['-q', '-t', 'ext4', '-d', root, disk, '3G'];
  await succeed('mke2fs', words, { timeoutSeconds: buildSeconds });
  return { kernel: bootFile(root, 'vmlinuz-'), initialDisk: bootFile(root, 'initrd.img-'), disk };
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
    'bookworm',
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
