#!/bin/bash
# machine-init: what firmware and kernel have done on a real machine before systemd runs. Read from the environment:
# MACHINE_MEMORY (kilobytes) and MACHINE_DEVICES (NAME:MAJOR:MINOR:VOLUME, several with spaces).
set -eu

# systemd-nspawn leaves the controllers of cgroup v1 read-only.
if [ -d /sys/fs/cgroup/memory ]; then
  for hierarchy in /sys/fs/cgroup/*/; do mount -o remount,rw,bind "$hierarchy"; done
else
  mount -o remount,rw,bind /sys/fs/cgroup
fi

# pretend SETTING VALUE: a sysctl that belongs to the host, as a file that only this machine sees and may write
pretend() {
  local copy=/run/machine/sysctl/${1//\//.}
  echo "$2" > "$copy"
  mount --bind "$copy" "/proc/sys/$1"
}
mkdir -p /run/machine/sysctl
pretend vm/overcommit_memory 0
pretend vm/panic_on_oom 0
pretend vm/max_map_count 65530
pretend kernel/panic 0
pretend kernel/panic_on_oops 0
pretend kernel/keys/root_maxkeys 1000000
pretend kernel/keys/root_maxbytes 25000000
pretend fs/inotify/max_user_instances 128
pretend fs/inotify/max_user_watches 65536

# The memory of the instance type, where the host's would be.
awk -v total="$MACHINE_MEMORY" '
  /^MemTotal:/ { printf "MemTotal: %14d kB\n", total; next }
  /^Mem(Free|Available):/ { printf "%-16s%8d kB\n", $1, total * 0.9; next }
  { print }' /proc/meminfo > /run/machine/meminfo
mount --bind /run/machine/meminfo /proc/meminfo

for device in ${MACHINE_DEVICES:-}; do
  IFS=: read -r name major minor volume <<< "$device"
  mknod -m 0600 "/dev/$name" b "$major" "$minor"
  # As udev links EBS volumes by their serial number.
  mkdir -p /dev/disk/by-id
  ln -s "../../$name" "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${volume/-/}"
done

# Authorities that this machine was given; update-ca-certificates would take a second of each boot.
authorities=/etc/ssl/certs/ca-certificates.crt
if compgen -G '/usr/local/share/ca-certificates/*.crt' > /dev/null; then
  [ -f $authorities.image ] || cp $authorities $authorities.image
  cat $authorities.image /usr/local/share/ca-certificates/*.crt > $authorities
fi

# Pods' mounts must reach containers, as under a systemd that mounted the root itself.
mount --make-rshared /
unset MACHINE_MEMORY MACHINE_DEVICES
exec /lib/systemd/systemd "$@"
