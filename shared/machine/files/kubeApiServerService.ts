import { file } from '../template.ts';

/** /etc/systemd/system/kube-apiserver.service */
export const kubeApiServerService = file`
[Unit]
Description=Kubernetes API server
Documentation=https://kubernetes.io/docs
After=network-online.target etcd.service
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart=/usr/local/bin/kube-apiserver \
  --advertise-address=@@ADDRESS@@ \
  --bind-address=0.0.0.0 \
  --secure-port=@@PORT@@ \
  --allow-privileged=true \
  --authorization-mode=Node,RBAC \
  --enable-admission-plugins=NodeRestriction \
  --admission-control-config-file=/etc/kubernetes/admission.yaml \
  --authentication-config=/etc/kubernetes/authentication.yaml \
  --client-ca-file=/etc/kubernetes/pki/kubernetes-ca.crt \
  --tls-cert-file=/etc/kubernetes/pki/kube-apiserver.crt \
  --tls-private-key-file=/etc/kubernetes/pki/kube-apiserver.key \
  --tls-min-version=VersionTLS12 \
  --tls-cipher-suites=@@CIPHER_SUITES@@ \
  --etcd-servers=@@ETCD_SERVERS@@ \
  --etcd-cafile=/etc/kubernetes/pki/etcd-ca.crt \
  --etcd-certfile=/etc/kubernetes/pki/kube-apiserver-etcd-client.crt \
  --etcd-keyfile=/etc/kubernetes/pki/kube-apiserver-etcd-client.key \
  --kubelet-certificate-authority=/etc/kubernetes/pki/kubernetes-ca.crt \
  --kubelet-client-certificate=/etc/kubernetes/pki/kube-apiserver-kubelet-client.crt \
  --kubelet-client-key=/etc/kubernetes/pki/kube-apiserver-kubelet-client.key \
  --kubelet-preferred-address-types=InternalIP,Hostname \
  --proxy-client-cert-file=/etc/kubernetes/pki/front-proxy-client.crt \
  --proxy-client-key-file=/etc/kubernetes/pki/front-proxy-client.key \
  --requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt \
  --requestheader-allowed-names=front-proxy-client \
  --requestheader-extra-headers-prefix=X-Remote-Extra- \
  --requestheader-group-headers=X-Remote-Group \
  --requestheader-username-headers=X-Remote-User \
  --service-account-issuer=https://kubernetes.default.svc.@@CLUSTER_DOMAIN@@ \
  --service-account-key-file=/etc/kubernetes/pki/service-account.pub \
  --service-account-signing-key-file=/run/kubestep/secrets/service-account.key \
  --service-account-extend-token-expiration=false \
  --service-account-lookup=true \
  --service-cluster-ip-range=@@SERVICE_CIDR@@ \
  --audit-policy-file=/etc/kubernetes/audit-policy.yaml \
  --audit-log-path=/var/log/kubernetes/audit.log \
  --audit-log-maxage=30 \
  --audit-log-maxbackup=10 \
  --audit-log-maxsize=100 \
  --profiling=false \
  --goaway-chance=@@GOAWAY_CHANCE@@ \
  --shutdown-delay-duration=@@SHUTDOWN_DELAY_SECONDS@@s \
  --shutdown-send-retry-after=true \
  --shutdown-watch-termination-grace-period=20s@@SECRETS_ENCRYPTION@@@@EXTRA_ARGUMENTS@@
Restart=always
RestartSec=2
LimitNOFILE=1048576
TimeoutStartSec=120
# Delay, then requests of up to 60 s, then watches: longer than all of them together.
TimeoutStopSec=@@STOP_TIMEOUT_SECONDS@@
# As kubelet gives critical pods of a node: only what keeps the node itself alive goes later.
OOMScoreAdjust=-997
@@CONFINEMENT@@
LogsDirectory=kubernetes
LogsDirectoryMode=0700

[Install]
WantedBy=multi-user.target
`;
