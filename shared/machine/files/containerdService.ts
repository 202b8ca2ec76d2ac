import { file } from '../template.ts';

/** /etc/systemd/system/containerd.service (settings: containerd's own unit) */
export const containerdService = file`
[Unit]
Description=containerd, the container runtime
Documentation=https://containerd.io
After=network.target local-fs.target
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart=/usr/local/bin/containerd \
  --config=/etc/containerd/config.toml
# Pods outlive a restart of the runtime: only its own process is stopped, and their cgroups are its own to arrange.
KillMode=process
Delegate=yes
Restart=always
RestartSec=2
LimitNOFILE=1048576
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;
