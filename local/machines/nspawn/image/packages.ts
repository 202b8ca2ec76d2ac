/** Debian's release. Its systemd still starts on cgroup v1, which later ones (258) do not. */
export const suite = 'bookworm';

/** What the node script and the components call. Container runtime and etcd come from the bundle, as on AWS. */
export const packages: readonly string[] = [
  // The machine itself
  'systemd',
  'systemd-sysv',
  'dbus',
  'kmod',
  'procps',
  'mount',
  'util-linux',
  'e2fsprogs',
  'netbase',
  'iproute2',
  'iputils-ping',
  // The node script
  'ca-certificates',
  'curl',
  'openssl',
  'xz-utils',
  // kubelet, kube-proxy and pod networks
  'conntrack',
  'ebtables',
  'ethtool',
  'iptables',
  'nftables',
  'socat',
  // runc
  'libseccomp2',
];

/** What nobody reads on a machine. */
export const leftOut: readonly string[] = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*'];
