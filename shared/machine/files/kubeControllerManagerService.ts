import { file } from '../template.ts';

/**
 * /etc/systemd/system/kube-controller-manager.service. It has no CA's key, so the controllers that would sign or approve
 * certificates are off. Drivers of FlexVolumes are looked for in its own empty folder: it insists on one, and there are none.
 */
export const kubeControllerManagerService = file`
[Unit]
Description=Kubernetes controller manager
Documentation=https://kubernetes.io/docs
After=kube-apiserver.service
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/local/bin/kube-controller-manager \
  --kubeconfig=/etc/kubernetes/kube-controller-manager.kubeconfig \
  --authentication-kubeconfig=/etc/kubernetes/kube-controller-manager.kubeconfig \
  --authorization-kubeconfig=/etc/kubernetes/kube-controller-manager.kubeconfig \
  --bind-address=127.0.0.1 \
  --tls-min-version=VersionTLS13 \
  --leader-elect=true \
  --controllers=*,-csrsigning,-csrapproving \
  --use-service-account-credentials=true \
  --service-account-private-key-file=/run/kubestep/secrets/service-account.key \
  --root-ca-file=/etc/kubernetes/pki/kubernetes-ca.crt \
  --client-ca-file=/etc/kubernetes/pki/kubernetes-ca.crt \
  --requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt \
  --cluster-name=@@CLUSTER_ID@@ \
  --allocate-node-cidrs=@@ALLOCATE_NODE_CIDRS@@ \
  --cluster-cidr=@@POD_CIDR@@ \
  --node-cidr-mask-size=@@NODE_MASK_SIZE@@ \
  --service-cluster-ip-range=@@SERVICE_CIDR@@ \
  --flex-volume-plugin-dir=/tmp/flex-volume-plugins \
  --terminated-pod-gc-threshold=1000 \
  --profiling=false@@CLOUD_PROVIDER@@@@EXTRA_ARGUMENTS@@
Restart=always
RestartSec=2
# As kubelet gives critical pods of a node: only what keeps the node itself alive goes later.
OOMScoreAdjust=-997
@@CONFINEMENT@@

[Install]
WantedBy=multi-user.target
`;
