import containerdSettings from './files/containerd.toml';
import registryMirror from './files/hosts.toml';
import journaldSettings from './files/journald.conf';
import kubeletSettings from './files/kubelet.yaml';
import machineInit from './files/machine-init.sh';
import resolver from './files/resolv.conf';
import runUserData from './files/run-user-data.sh';
import upgradesSettings from './files/unattended-upgrades-logind-maxdelay.conf';
import userDataService from './files/user-data.service';

/** A file of a machine, as text. */
export interface MachineFile {
  /** Absolute, as the machine sees it. */
  readonly path: string;
  /** As chmod takes it, such as 0644. */
  readonly mode: string;
  readonly content: string;
}

/** What the image has beyond Debian's packages: where it replaces a cloud's image, and what the host needs. */
export const imageFiles: readonly MachineFile[] = [
  { path: '/usr/local/sbin/machine-init', mode: '0755', content: machineInit },
  { path: '/usr/local/sbin/run-user-data', mode: '0755', content: runUserData },
  { path: '/etc/systemd/system/user-data.service', mode: '0644', content: userDataService },
  { path: '/etc/systemd/journald.conf.d/50-image.conf', mode: '0644', content: journaldSettings },
  { path: '/etc/containerd/conf.d/50-image.toml', mode: '0644', content: containerdSettings },
  { path: '/etc/containerd/certs.d/_default/hosts.toml', mode: '0644', content: registryMirror },
  { path: '/etc/kubernetes/kubelet.d/50-image.conf', mode: '0644', content: kubeletSettings },
  {
    path: '/usr/lib/systemd/logind.conf.d/unattended-upgrades-logind-maxdelay.conf',
    mode: '0644',
    content: upgradesSettings,
  },
  { path: '/etc/resolv.conf', mode: '0644', content: resolver },
  { path: '/etc/hostname', mode: '0644', content: 'localhost\n' },
  { path: '/etc/hosts', mode: '0644', content: '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' },
  // Empty: each machine makes its own at its first boot.
  { path: '/etc/machine-id', mode: '0444', content: '' },
];

/** Links of the image: what is started and what is not. */
export const imageLinks: Readonly<Record<string, string>> = {
  '/etc/systemd/system/default.target': '/lib/systemd/system/multi-user.target',
  '/etc/systemd/system/multi-user.target.wants/user-data.service': '/etc/systemd/system/user-data.service',
  ...Object.fromEntries(
    [
      // The host gives the machine its addresses and routes.
      'systemd-networkd.service',
      'systemd-networkd.socket',
      'systemd-networkd-wait-online.service',
      // The clock is the host's.
      'systemd-timesyncd.service',
      // Nobody sits before it.
      'getty@tty1.service',
      'console-getty.service',
      'getty.target',
      // A machine lives for hours and is replaced, not maintained.
      'apt-daily.timer',
      'apt-daily-upgrade.timer',
      'dpkg-db-backup.timer',
      'e2scrub_all.timer',
      'e2scrub_reap.service',
      'fstrim.timer',
      'systemd-tmpfiles-clean.timer',
    ].map((unit) => [`/etc/systemd/system/${unit}`, '/dev/null']),
  ),
};
