import { file } from '../../../../../shared/machine/template.ts';

/**
 * /etc/containerd/conf.d/50-image.toml: containerd merges it into its configuration. Without CAP_SYS_RESOURCE no process
 * may be made less likely to be killed than its parent.
 */
export const containerdSettings = file`
version = 3

[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true
`;

/** /etc/containerd/certs.d/_default/hosts.toml: images come from the machine's neighbour, never from the Internet. */
export const registryMirror = file`
[host."http://198.51.100.11"]
  capabilities = ["pull", "resolve"]
`;

/** /etc/kubernetes/kubelet.d/50-image.conf: a host may still have cgroup v1, and there is no systemd-resolved here. */
export const kubeletSettings = file`
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
failSwapOn: false
resolvConf: /etc/resolv.conf
`;

/** /etc/systemd/journald.conf.d/50-image.conf: the kernel's messages are the host's, and a journal on disk outlives nothing. */
export const journaldSettings = file`
[Journal]
Storage=volatile
RuntimeMaxUse=32M
ReadKMsg=no
`;

/** /etc/resolv.conf: the address at which a VPC answers wherever its range lies. */
export const resolver = file`
nameserver 169.254.169.253
search ec2.internal
`;

/** /usr/lib/systemd/logind.conf.d/unattended-upgrades-logind-maxdelay.conf: what that package brings on Ubuntu and Debian (2.9.1). */
export const upgradesSettings = file`
[Login]
# delay
InhibitDelayMaxSec=30
`;
