# shellcheck shell=bash
# control-plane.sh: the control plane.

# unwrap_keys: done when the masters' keys are in memory; no disk ever holds them
unwrap_keys() {
  local purpose key ciphertext
  [ -f /etc/kubestep/wrapped-keys ] || return 0
  # Asked again in the same boot, KMS has nothing new to say.
  if [ "$(cat /run/kubestep/secrets/unwrapped 2> /dev/null)" = "$(< /etc/kubestep/wrapped-keys)" ]; then return; fi
  mkdir -p /run/kubestep/secrets
  chmod 0700 /run/kubestep/secrets
  while read -r purpose key ciphertext; do
    (umask 077 && unwrap "$purpose" "$key" "$ciphertext" | "place_$purpose")
  done < /etc/kubestep/wrapped-keys
  install -m 0600 /etc/kubestep/wrapped-keys /run/kubestep/secrets/unwrapped
}

# unwrap PURPOSE KEY CIPHERTEXT: the plaintext in base64
unwrap() {
  local body
  body=$(mktemp)
  printf '{"KeyId":"%s","CiphertextBlob":"%s","EncryptionContext":{"clusterId":"%s","purpose":"%s"}}' \
    "$2" "$3" "$(setting CLUSTER_ID)" "$1" > "$body"
  signed kms -H 'x-amz-target: TrentService.Decrypt' -H 'content-type: application/x-amz-json-1.1' --data-binary "@$body" \
    "${AWS_ENDPOINT_URL_KMS:-https://kms.$(setting REGION).amazonaws.com}/" |
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

cluster() { kubectl --kubeconfig /etc/kubernetes/administrator.kubeconfig "$@"; }

# start_control_plane: done when the API server of this machine is ready and knows the roles that others depend on
start_control_plane() {
  mkdir -p /var/log/kubernetes
  bring_up_at_boot kube-apiserver 600
  systemctl start --no-block kube-controller-manager.service kube-scheduler.service
  cluster apply --server-side --force-conflicts --field-manager kubestep \
    --filename /opt/kubestep/current/kube-apiserver/first-roles.yaml
  bring_up_at_boot kube-controller-manager 120
  bring_up_at_boot kube-scheduler 120
  once agent restart_agent
}
