import { file } from '../template.ts';

/** /etc/kubernetes/kube-proxy.yaml. nftables: ipvs is deprecated and iptables slows down with every Service. */
export const kubeProxyConfiguration = file`
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
clientConnection:
  kubeconfig: /etc/kubernetes/kube-proxy.kubeconfig
mode: nftables
clusterCIDR: @@POD_CIDR@@
metricsBindAddress: 127.0.0.1:10249
healthzBindAddress: 0.0.0.0:10256
# The kernel's table is sized by sysctl, with the other settings of the kernel.
conntrack:
  maxPerCore: 0
  min: 0
`;
