import { file } from '../template.ts';

/** /usr/local/lib/kubestep/control-plane.sh: etcd and the control plane. */
export const controlPlane = file`
# unwrap_keys: done when the masters' keys are in memory; no disk ever holds them
unwrap_keys() {
  local purpose key ciphertext
  [ -f /etc/kubestep/wrapped-keys ] || return 0
  mkdir -p /run/kubestep/secrets
  chmod 0700 /run/kubestep/secrets
  while read -r purpose key ciphertext; do
    (umask 077 && unwrap "$purpose" "$key" "$ciphertext" | "place_$purpose")
  done < /etc/kubestep/wrapped-keys
}

# unwrap PURPOSE KEY CIPHERTEXT: the plaintext in base64
unwrap() {
  local body
  body=$(mktemp)
  printf '{"KeyId":"%s","CiphertextBlob":"%s","EncryptionContext":{"clusterId":"%s","purpose":"%s"}}' \
    "$2" "$3" "$(setting CLUSTER_ID)" "$1" > "$body"
  signed kms -H 'x-amz-target: TrentService.Decrypt' -H 'content-type: application/x-amz-json-1.1' --data-binary "@$body" \
    "\${AWS_ENDPOINT_URL_KMS:-https://kms.$(setting REGION).amazonaws.com}/" |
    grep -o '"Plaintext" *: *"[^"]*"' | cut -d '"' -f 4
  rm -f "$body"
}

place_service-account() { base64 --decode | openssl pkey -inform DER > /run/kubestep/secrets/service-account.key; }

place_secrets-encryption() {
  local key
  key=$(cat)
  [ -n "$key" ]
  cat > /run/kubestep/secrets/encryption.yaml << end
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - secretbox: {keys: [{name: key1, secret: "$key"}]}
      - identity: {}
end
}

# mount_data: done when the slot's volume is mounted; a volume that holds a file system is never formatted
mount_data() {
  local device
  if mountpoint --quiet /var/lib/etcd; then return; fi
  within 900 data_device
  device=$(data_device)
  if ! blkid "$device" > /dev/null; then mkfs.ext4 -q -L kubestep-etcd "$device"; fi
  mkdir -p /var/lib/etcd
  mount -o noatime,nodev,nosuid,noexec "$device" /var/lib/etcd
}

# data_device: the EBS volume that is not the root's; under Nitro it is not called what it was attached as
data_device() {
  local device root
  root=$(lsblk --noheadings --output PKNAME "$(findmnt --noheadings --output SOURCE /)" 2> /dev/null | head -n 1 || true)
  for device in /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol????????????????? /dev/xvdf /dev/sdf; do
    [ -b "$device" ] || continue
    if [ -n "$root" ] && [ "$(readlink -f "$device")" = "/dev/$root" ]; then continue; fi
    echo "$device"
    return
  done
  return 1
}

# start_etcd: done when this member answers with the agreement of the others
start_etcd() {
  # A directory bound into the machine is as good as a volume.
  if ! mountpoint --quiet /var/lib/etcd; then mount_data; fi
  mkdir -p /var/lib/etcd/data
  chown etcd:etcd /var/lib/etcd/data
  chmod 0700 /var/lib/etcd/data
  systemctl daemon-reload
  systemctl start --no-block etcd.service
  within 900 members "$own_member" etcdctl endpoint health
}

# members ENDPOINTS COMMAND...: as one who may ask etcd, with what this machine has for that
members() {
  local endpoints=$1 folder=/etc/etcd/pki name=etcd-healthcheck-client
  shift
  if ! runs etcd; then folder=/etc/kubernetes/pki name=kube-apiserver-etcd-client; fi
  ETCDCTL_ENDPOINTS=$endpoints ETCDCTL_CACERT=$folder/etcd-ca.crt ETCDCTL_CERT=$folder/$name.crt ETCDCTL_KEY=$folder/$name.key "$@"
}

own_member=https://127.0.0.1:2379

cluster() { kubectl --kubeconfig /etc/kubernetes/administrator.kubeconfig "$@"; }

# start_control_plane: done when the API server of this machine is ready and knows the roles that others depend on
start_control_plane() {
  mkdir -p /var/log/kubernetes
  systemctl daemon-reload
  systemctl start --no-block kube-apiserver.service
  within 600 cluster get --raw /readyz
  systemctl start --no-block kube-controller-manager.service kube-scheduler.service
  cluster apply --server-side --force-conflicts --field-manager kubestep --filename /etc/kubernetes/first-roles.yaml
  within 120 curl -sf --cacert /etc/kubernetes/pki/kubernetes-ca.crt "$(setting API_SERVER)/readyz"
  within 120 systemctl is-active --quiet kube-controller-manager.service kube-scheduler.service
}
`;
