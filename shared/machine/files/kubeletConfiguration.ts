import { file } from '../template.ts';

/** /etc/kubernetes/kubelet.yaml. Certificates are renewed by the node script, so kubelet's own rotation stays unset. */
export const kubeletConfiguration = file`
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous:
    enabled: false
  webhook:
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/kubernetes-ca.crt
authorization:
  mode: Webhook
readOnlyPort: 0
enableProfilingHandler: false
enableDebugFlagsHandler: false
tlsCertFile: /etc/kubernetes/pki/kubelet-server.crt
tlsPrivateKeyFile: /etc/kubernetes/pki/kubelet-server.key
tlsMinVersion: VersionTLS12
tlsCipherSuites: @@CIPHER_SUITES@@
cgroupDriver: systemd
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
clusterDNS: [@@DNS_ADDRESS@@]
clusterDomain: @@CLUSTER_DOMAIN@@
# systemd-resolved answers on 127.0.0.53, which no pod can reach.
resolvConf: /run/systemd/resolve/resolv.conf
maxPods: 110
podPidsLimit: 4096
seccompDefault: true
protectKernelDefaults: true
serializeImagePulls: false
maxParallelImagePulls: 5
shutdownGracePeriod: 60s
shutdownGracePeriodCriticalPods: 20s
registerWithTaints: @@TAINTS@@
# Memory is reserved by the size of the machine, which its drop-in says.
kubeReserved: {cpu: 100m, ephemeral-storage: 1Gi}
systemReserved: {cpu: 100m, memory: 200Mi, ephemeral-storage: 1Gi}
evictionHard: {memory.available: 200Mi, nodefs.available: 10%, nodefs.inodesFree: 5%, imagefs.available: 10%}
`;
