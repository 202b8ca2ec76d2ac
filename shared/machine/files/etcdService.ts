import { file } from '../template.ts';

/** /etc/systemd/system/etcd.service */
export const etcdService = file`
[Unit]
Description=etcd, member @@NAME@@
Documentation=https://etcd.io/docs
After=network-online.target
Wants=network-online.target
RequiresMountsFor=/var/lib/etcd
StartLimitIntervalSec=0

[Service]
Type=notify
User=etcd
# Says for a member without data whether it begins a cluster; written by the node script at each boot.
EnvironmentFile=/run/kubestep/etcd.env
ExecStart=/usr/local/bin/etcd \
  --name=@@NAME@@ \
  --data-dir=/var/lib/etcd/data \
  --initial-cluster=@@INITIAL_CLUSTER@@ \
  --initial-cluster-state=\${INITIAL_CLUSTER_STATE} \
  --initial-cluster-token=@@TOKEN@@ \
  --initial-advertise-peer-urls=https://@@ADDRESS@@:2380 \
  --listen-peer-urls=https://@@ADDRESS@@:2380 \
  --advertise-client-urls=https://@@ADDRESS@@:2379 \
  --listen-client-urls=https://@@ADDRESS@@:2379,https://127.0.0.1:2379 \
  --listen-metrics-urls=http://127.0.0.1:2381 \
  --client-cert-auth=true \
  --trusted-ca-file=/etc/etcd/pki/etcd-ca.crt \
  --cert-file=/etc/etcd/pki/etcd-server.crt \
  --key-file=/etc/etcd/pki/etcd-server.key \
  --peer-client-cert-auth=true \
  --peer-trusted-ca-file=/etc/etcd/pki/etcd-ca.crt \
  --peer-cert-file=/etc/etcd/pki/etcd-peer.crt \
  --peer-key-file=/etc/etcd/pki/etcd-peer.key \
  --tls-min-version=TLS1.3 \
  --quota-backend-bytes=8589934592 \
  --logger=zap@@EXTRA_ARGUMENTS@@
Restart=always
RestartSec=2
# The API server's leases are renewed within seconds: a member that is starved of files or processor is worse than none.
LimitNOFILE=65536
OOMScoreAdjust=-999
Nice=-10
IOSchedulingClass=best-effort
IOSchedulingPriority=0
TimeoutStartSec=0
@@CONFINEMENT@@
ReadWritePaths=/var/lib/etcd

[Install]
WantedBy=multi-user.target
`;
