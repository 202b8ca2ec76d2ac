import { file } from '../template.ts';

/**
 * /etc/systemd/system/kubelet.service. What only the machine itself knows comes from instance.env and from the drop-in
 * folder of its configuration; the node script writes both from what EC2 says.
 */
export const kubeletService = file`
[Unit]
Description=Kubernetes kubelet
Documentation=https://kubernetes.io/docs
After=containerd.service
Requires=containerd.service
StartLimitIntervalSec=0

[Service]
EnvironmentFile=/run/kubestep/instance.env
ExecStart=/usr/local/bin/kubelet \
  --config=/etc/kubernetes/kubelet.yaml \
  --config-dir=/etc/kubernetes/kubelet.d \
  --kubeconfig=/etc/kubernetes/kubelet.kubeconfig \
  --hostname-override=\${INSTANCE_ID} \
  --node-ip=\${ADDRESS}@@NODE_LABELS@@@@CLOUD_PROVIDER@@@@CREDENTIAL_PROVIDER@@@@EXTRA_ARGUMENTS@@
Restart=always
RestartSec=2
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;
