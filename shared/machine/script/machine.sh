# shellcheck shell=bash
# machine.sh: the machine below the components.

# prepare_machine: done when kernel, packages and network are as the components expect them
prepare_machine() {
  systemctl restart systemd-modules-load.service || true
  sysctl --quiet --load /etc/sysctl.d/99-kubestep.conf || echo "some settings of the kernel stay as they are" >&2
  size_connection_tracking || echo "the kernel keeps its size of connection tracking" >&2
  if [ "$(setting IMAGE)" = ubuntu2404 ]; then stop_updates; fi
  add_packages
  # Both read these settings when they start, and started before the settings were here.
  once networkd systemctl try-restart systemd-networkd.service
  once logind systemctl try-restart systemd-logind.service
  # Amazon Linux routes each interface's addresses by rules of its own, which would catch pods' addresses too.
  if [ "$(setting IMAGE)" = al2023 ]; then ln -sf /dev/null /etc/udev/rules.d/99-vpc-policy-routes.rules; fi
  write_instance
  guard_metadata
}

# stop_updates: done when Ubuntu's own updates, which begin when cloud-init ends, hold no lock that packages need. Stopped first:
# a timer that runs while it is masked fails, and the machine counts as degraded for good.
stop_updates() {
  local units=(apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service)
  systemctl stop "${units[@]}" || true
  systemctl mask "${units[@]}" || true
}

# size_connection_tracking: by processors, as kube-proxy would choose, and no less than the sysctl file says
size_connection_tracking() {
  local entries=$((32768 * $(nproc)))
  ((entries <= 262144)) || sysctl --quiet --write "net.netfilter.nf_conntrack_max=$entries"
}

# add_packages: what is called and images do not always have: by kube-proxy, by the plugin portmap and by this script
add_packages() {
  local missing=() program
  for program in nft:nftables iptables:iptables openssl:openssl; do
    command -v "${program%%:*}" > /dev/null || missing+=("${program##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if command -v dnf > /dev/null; then
    dnf --assumeyes --quiet install "${missing[@]/#iptables/iptables-nft}"
  else
    apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=5 update --quiet
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=5 install --yes --quiet \
      "${missing[@]}"
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
  cat > /etc/kubernetes/kubelet.d/10-instance.conf << end
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
providerID: aws:///$zone/$id
kubeReserved: {memory: $(reserved_memory)Mi}
end
  chmod 0600 /etc/kubernetes/kubelet.d/10-instance.conf
}

# reserved_memory: what kubelet and container runtime need, in MiB: 255 and 11 for each pod, as Amazon's own images count it,
# and on small machines a quarter of what there is, as Google counts the first 4 GiB.
reserved_memory() {
  local pods memory wanted
  pods=$(sed -n 's/^maxPods: //p' /opt/kubestep/current/kubelet/kubelet.yaml)
  memory=$(awk '$1 == "MemTotal:" { print int($2 / 1024) }' /proc/meminfo)
  wanted=$((255 + 11 * ${pods:-110}))
  echo $((wanted < memory / 4 ? wanted : memory / 4))
}

instance() { sed -n "s/^$1=//p" /run/kubestep/instance.env; }

# guard_metadata: done when pods on a worker's own network cannot ask for the machine's credentials. Other pods cannot anyway,
# because the metadata service's answers end after one hop, so a kernel that cannot do it is reported and used.
guard_metadata() {
  [ -f /etc/kubestep/metadata-guard.nft ] || return 0
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ] && nft --file /etc/kubestep/metadata-guard.nft; then return; fi
  echo "pods on the network of this machine are not kept from its metadata service: that needs cgroup v2 and nft_socket" >&2
  report certificates-issued waiting "pods with hostNetwork are not kept from the metadata service of this machine"
}

# restart_agent: an agent that was refused when it registered, because its role was seconds old, would sleep for a day. The
# first unit is Amazon Linux', the second Ubuntu's.
restart_agent() {
  systemctl try-restart amazon-ssm-agent.service snap.amazon-ssm-agent.amazon-ssm-agent.service || true
}
