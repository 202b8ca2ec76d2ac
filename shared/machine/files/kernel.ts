import { file } from '../template.ts';

/** /etc/modules-load.d/kubestep.conf: layers of images, bridged traffic that nftables sees, connection tracking for Services. */
export const kernelModules = file`
overlay
br_netfilter
nf_conntrack
`;

/** /etc/sysctl.d/99-kubestep.conf: the first four are what kubelet's protectKernelDefaults asks for. */
export const kernelSettings = file`
vm.overcommit_memory = 1
vm.panic_on_oom = 0
kernel.panic = 10
kernel.panic_on_oops = 1
kernel.keys.root_maxkeys = 1000000
kernel.keys.root_maxbytes = 25000000
net.ipv4.ip_forward = 1
net.bridge.bridge-nf-call-iptables = 1
net.bridge.bridge-nf-call-ip6tables = 1
net.netfilter.nf_conntrack_max = 262144
vm.max_map_count = 524288
fs.inotify.max_user_instances = 8192
fs.inotify.max_user_watches = 524288
`;

/** /etc/systemd/networkd.conf.d/kubestep.conf: otherwise networkd removes the routes and rules that the pod network adds. */
export const networkdSettings = file`
[Network]
ManageForeignRoutes=no
ManageForeignRoutingPolicyRules=no
`;

/** /etc/systemd/network/99-default.link: networkd would give the pod network's interfaces addresses of its own choice. */
export const linkSettings = file`
[Match]
OriginalName=*

[Link]
NamePolicy=keep kernel database onboard slot path
MACAddressPolicy=none
`;

/**
 * /etc/systemd/logind.conf.d/zz-kubestep.conf: as long as kubelet's shutdownGracePeriod, or logind cuts it short. The last name
 * wins, and Ubuntu's unattended-upgrades-logind-maxdelay.conf says 30.
 */
export const logindSettings = file`
[Login]
InhibitDelayMaxSec=60
`;

/**
 * /etc/kubestep/metadata-guard.nft, on workers: credentials of the machine are for its own services, which all run below
 * system.slice. Pods run below kubepods.slice, those on the host's network too.
 */
export const metadataGuard = file`
add table inet kubestep_metadata
delete table inet kubestep_metadata
table inet kubestep_metadata {
  chain output {
    type filter hook output priority filter; policy accept;
    ip daddr 169.254.169.254 socket cgroupv2 level 1 "system.slice" accept
    ip daddr 169.254.169.254 reject
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ip daddr 169.254.169.254 reject
  }
}
`;
