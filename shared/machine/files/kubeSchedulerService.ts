import { file } from '../template.ts';

/** /etc/systemd/system/kube-scheduler.service */
export const kubeSchedulerService = file`
[Unit]
Description=Kubernetes scheduler
Documentation=https://kubernetes.io/docs
After=kube-apiserver.service
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/local/bin/kube-scheduler \
  --config=/etc/kubernetes/kube-scheduler.yaml \
  --authentication-kubeconfig=/etc/kubernetes/kube-scheduler.kubeconfig \
  --authorization-kubeconfig=/etc/kubernetes/kube-scheduler.kubeconfig \
  --bind-address=127.0.0.1 \
  --tls-min-version=VersionTLS13 \
  --profiling=false@@EXTRA_ARGUMENTS@@
Restart=always
RestartSec=2
# As kubelet gives critical pods of a node: only what keeps the node itself alive goes later.
OOMScoreAdjust=-997
@@CONFINEMENT@@

[Install]
WantedBy=multi-user.target
`;
