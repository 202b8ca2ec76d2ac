#!/bin/bash
# kubestep-node boot | prepare | renew | VERB OPERATION FENCE [ARGUMENTS]: what this machine can do. Every verb is safe to repeat, has
# a bound, and ends by asking the world.
set -euo pipefail
umask 022
export PATH=/opt/kubestep/current/kube-apiserver/bin:/opt/kubestep/current/etcd/bin:/opt/kubestep/current/containerd/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /run/kubestep
# Where an image wants AWS to be called; Amazon's own images have no such file.
if [ -f /etc/kubestep/endpoints.env ]; then
  set -a
  . /etc/kubestep/endpoints.env
  set +a
fi
# Of one bundle, even while another becomes current.
library=$(readlink -f /opt/kubestep/current/machine)/lib
parts=(fetch-bundle world.sh stage.sh switch.sh machine.sh certificates.sh data-volume.sh etcd.sh control-plane.sh node.sh operations.sh)
for part in "${parts[@]}"; do
  . "$library/$part"
done

boot() {
  rm -f "$unheard"
  place_files
  report bundle-fetched "done"
  phase certificates-issued bring_up_at_boot machine 0
  if runs etcd; then phase etcd-serving start_etcd; fi
  if runs control-plane; then phase control-plane-serving start_control_plane; fi
  if runs node; then phase node-ready start_node; fi
  # A master has done so before it reported that it serves, because verbs are sent at once then.
  if runs etcd; then once agent restart_agent; fi
  systemctl enable --now kubestep-renew.timer
  if [ -f "$unheard" ]; then
    echo "the Node API has not heard: $(paste -s -d , "$unheard")" >&2
    exit 1
  fi
}

prepare() {
  point_first
  prepare_machine
  renew_at_boot
  unwrap_keys
}

case ${1:-} in
  boot) boot ;;
  prepare) prepare ;;
  renew) renew ;;
  # @@VERBS@@
  *)
    refused="kubestep-node knows no verb ${1:-}" operation "$@"
    ;;
esac
