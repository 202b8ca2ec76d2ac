#!/bin/bash
# kubestep-node boot | renew | VERB OPERATION FENCE [ARGUMENTS]: what this machine can do. Every verb is safe to repeat, has
# a bound, and ends by asking the world.
set -euo pipefail
umask 022
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mkdir -p /run/kubestep
# Where an image wants AWS to be called; Amazon's own images have no such file.
if [ -f /etc/kubestep/endpoints.env ]; then
  set -a
  . /etc/kubestep/endpoints.env
  set +a
fi
for part in fetch-bundle world.sh machine.sh certificates.sh data-volume.sh etcd.sh control-plane.sh node.sh operations.sh; do
  . "/usr/local/lib/kubestep/$part"
done

boot() {
  rm -f "$unheard"
  report bundle-fetched "done"
  phase certificates-issued prepare
  if runs etcd; then phase etcd-serving start_etcd; fi
  if runs control-plane; then phase control-plane-serving start_control_plane; fi
  if runs node; then phase node-ready start_node; fi
  systemctl enable --now kubestep-renew.timer
  if [ -f "$unheard" ]; then
    echo "the Node API has not heard: $(paste -s -d , "$unheard")" >&2
    exit 1
  fi
}

prepare() {
  prepare_machine
  install_assets
  renew_at_boot
  unwrap_keys
}

case ${1:-} in
  boot) boot ;;
  renew) renew ;;
  # @@VERBS@@
  *)
    refused="kubestep-node knows no verb ${1:-}"
    operation "$@"
    ;;
esac
