import { file } from '../template.ts';

/** /etc/systemd/system/kube-proxy.service */
export const kubeProxyService = file`
[Unit]
Description=Kubernetes service proxy
Documentation=https://kubernetes.io/docs
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
EnvironmentFile=/run/kubestep/instance.env
ExecStart=/usr/local/bin/kube-proxy \
  --config=/etc/kubernetes/kube-proxy.yaml \
  --hostname-override=\${INSTANCE_ID}@@EXTRA_ARGUMENTS@@
Restart=always
RestartSec=2
LimitNOFILE=65536
OOMScoreAdjust=-999
# It rules over the network of the whole machine, and needs nothing else of it.
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectControlGroups=yes
ProtectKernelLogs=yes
PrivateTmp=yes
LockPersonality=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
`;
