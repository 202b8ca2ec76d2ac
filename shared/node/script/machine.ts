import { file } from '../template.ts';

/** /usr/local/lib/kubestep/machine.sh: the machine below the components. */
export const machine = file`
# prepare_machine: done when kernel, packages and network are as the components expect them
prepare_machine() {
  systemctl restart systemd-modules-load.service || true
  sysctl --quiet --load /etc/sysctl.d/99-kubestep.conf || echo "some settings of the kernel stay as they are" >&2
  add_packages
  if systemctl is-active --quiet systemd-networkd.service; then systemctl reload-or-restart systemd-networkd.service; fi
  # Amazon Linux routes each interface's addresses by rules of its own, which would catch pods' addresses too.
  if [ "$(setting IMAGE)" = al2023 ]; then ln -sf /dev/null /etc/udev/rules.d/99-vpc-policy-routes.rules; fi
  if [ "$(setting IMAGE)" = ubuntu2404 ]; then
    systemctl mask --now apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service || true
  fi
  write_instance
  guard_metadata
}

# add_packages: what the components call and images do not always have
add_packages() {
  local missing=() program
  for program in nft:nftables iptables:iptables conntrack:conntrack socat:socat ethtool:ethtool openssl:openssl; do
    command -v "\${program%%:*}" > /dev/null || missing+=("\${program##*:}")
  done
  [ \${#missing[@]} -eq 0 ] && return
  if command -v dnf > /dev/null; then
    missing=("\${missing[@]/#conntrack/conntrack-tools}")
    dnf --assumeyes --quiet install "\${missing[@]/#iptables/iptables-nft}"
  else
    apt-get update --quiet
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet "\${missing[@]}"
  fi
}

# write_instance: what only this machine is called, for units and kubelet
write_instance() {
  local id zone address
  id=$(metadata meta-data/instance-id)
  zone=$(metadata meta-data/placement/availability-zone)
  address=$(metadata meta-data/local-ipv4)
  printf 'INSTANCE_ID=%s\nZONE=%s\nADDRESS=%s\n' "$id" "$zone" "$address" > /run/kubestep/instance.env
  mkdir -p /etc/kubernetes/kubelet.d
  # Named at once, so that a node counts as this instance before any controller has looked at it.
  printf 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nproviderID: aws:///%s/%s\n' \
    "$zone" "$id" > /etc/kubernetes/kubelet.d/10-instance.conf
  chmod 0600 /etc/kubernetes/kubelet.d/10-instance.conf
}

instance() { sed -n "s/^$1=//p" /run/kubestep/instance.env; }

# guard_metadata: done when pods on a worker cannot ask for the machine's credentials
guard_metadata() {
  [ -f /etc/kubestep/metadata-guard.nft ] || return 0
  if [ "$(stat -fc %T /sys/fs/cgroup)" != cgroup2fs ]; then
    echo "pods are not kept from the metadata service: this needs cgroup v2" >&2
    return
  fi
  nft --file /etc/kubestep/metadata-guard.nft
}

# install_assets: done when every binary is here that the bundle names, and is what was pinned
install_assets() {
  local name form sha256 placed file
  mkdir -p /var/lib/kubestep/assets
  while read -r name form sha256; do
    placed=/var/lib/kubestep/assets/$name
    if [ -f "$placed" ] && [ "$(< "$placed")" = "$sha256" ]; then continue; fi
    file=/var/lib/kubestep/assets/$name.fetched
    fetch_asset "$sha256" "$file"
    place "$name" "$form" "$file"
    rm -f "$file"
    echo "$sha256" > "$placed"
  done < /etc/kubestep/assets
}

place() {
  case $1 in
    containerd) tar --extract --gzip --file "$3" --directory /usr/local ;;
    cni-plugins)
      mkdir -p /opt/cni/bin
      tar --extract --gzip --file "$3" --directory /opt/cni/bin
      ;;
    etcd)
      tar --extract --gzip --file "$3" --directory /usr/local/bin --strip-components 1 --no-same-owner \
        --wildcards '*/etcd' '*/etcdctl' '*/etcdutl'
      ;;
    *)
      if [ "$2" = tar.gz ]; then
        tar --extract --gzip --file "$3" --directory /usr/local/bin --no-same-owner
      else
        chmod 0755 "$3"
        mv "$3" "/usr/local/bin/$1"
      fi
      ;;
  esac
}
`;
