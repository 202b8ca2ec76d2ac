import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Something that real machines need and this host does not have. */
export interface Need {
  /** For a person, such as `the command nft`. */
  readonly what: string;
  /** Debian's package that has it; undefined when no package helps. */
  readonly package?: string;
}

/** Commands that machines, their image and their network call, and Debian's packages that have them. */
const commands: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  mmdebstrap: 'mmdebstrap',
  ip: 'iproute2',
  nft: 'nftables',
  conntrack: 'conntrack',
  ping: 'iputils-ping',
  losetup: 'mount',
  mount: 'mount',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  flock: 'util-linux',
  lsblk: 'util-linux',
};

/** Only to build Kubernetes and its companions; machines run without. */
const commandsForBuilding: Readonly<Record<string, string>> = {
  go: 'golang-go',
  gcc: 'gcc',
  'pkg-config': 'pkg-config',
};

/** fs.inotify.max_user_instances: all machines share the host's, and an idle one holds about nine. */
const inotifyInstances = 8192;

/** What is missing here. Empty: machines can start. */
export function missingNeeds({ building = false }: { readonly building?: boolean } = {}): readonly Need[] {
  const needs: Need[] = [];
  if (process.platform !== 'linux') return [{ what: 'Linux' }];
  if (process.getuid?.() !== 0) needs.push({ what: 'root' });
  for (const [command, debianPackage] of Object.entries({ ...commands, ...(building ? commandsForBuilding : {}) })) {
    if (!isInstalled(command)) needs.push({ what: `the command ${command}`, package: debianPackage });
  }
  if (!/\boverlay$/m.test(read('/proc/filesystems'))) needs.push({ what: 'overlayfs in the kernel' });
  if (!existsSync('/proc/self/ns/net')) needs.push({ what: 'network namespaces in the kernel' });
  if (!existsSync('/dev/loop-control')) needs.push({ what: 'loop devices (/dev/loop-control)' });
  if (!existsSync('/sys/fs/cgroup/memory') && !existsSync('/sys/fs/cgroup/cgroup.controllers')) {
    needs.push({ what: 'cgroups below /sys/fs/cgroup' });
  }
  return needs;
}

/** The line that installs what packages can give; undefined when none is missing. */
export function installLine(needs: readonly Need[]): string | undefined {
  const packages = [...new Set(needs.flatMap((need) => need.package ?? []))].sort();
  return packages.length === 0 ? undefined : `apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

/** Raises the limits of the host that many machines together meet. Never lowers one. */
export function raiseHostLimits(): void {
  const path = '/proc/sys/fs/inotify/max_user_instances';
  if (Number(read(path)) < inotifyInstances) writeFileSync(path, String(inotifyInstances));
}

function isInstalled(command: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
