# shellcheck shell=bash
# data-volume.sh: the volume of the slot, which outlives the slot's machines.

# mount_data: done when the slot's own volume is mounted. It is formatted once in its life: when nothing at all is on it and the
# Node API says that this slot may begin without data.
mount_data() {
  local device status=0
  # A directory bound into the machine is as good as a volume.
  if mountpoint --quiet /var/lib/etcd; then return; fi
  within 900 data_device
  device=$(data_device)
  if is_empty "$device"; then
    ask_start
    mkfs.ext4 -q -L kubestep-etcd "$device"
  fi
  require_own_label "$device"
  # Before it grows a file system, resize2fs wants all of it checked; there are few files.
  e2fsck -f -p "$device" || status=$?
  ((status <= 1)) || { echo "e2fsck cannot repair $device: it ended with $status" >&2; return 1; }
  resize2fs "$device"
  mkdir -p /var/lib/etcd
  mount -t ext4 -o noatime,nodev,nosuid,noexec,nosymfollow "$device" /var/lib/etcd
}

# data_device: the slot's volume by its id. What else is attached belongs to pods, or to nobody who may be touched.
data_device() {
  local id device
  id=$(setting VOLUME_ID)
  device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${id/-/}
  if [ -b "$device" ]; then
    echo "$device"
  elif [ -b /dev/xvdf ] && [ ! -L /dev/xvdf ]; then
    # Xen names a volume as it was attached. Under Nitro this can only be a link that the image's rules have made.
    echo /dev/xvdf
  else
    return 1
  fi
}

# is_empty DEVICE: only if it was read and nothing was found. blkid ends with 2 when it finds nothing and when it cannot read,
# and with 8 when it finds several things; wipefs says which.
is_empty() {
  local status=0 signatures
  blkid -p "$1" > /dev/null || status=$?
  [ "$status" -eq 2 ] || return 1
  signatures=$(wipefs --no-act "$1") || return 1
  [ -z "$signatures" ]
}

require_own_label() {
  local label
  label=$(blkid -p -s LABEL -o value "$1" || true)
  [ "$label" = kubestep-etcd ] && return
  echo "$1 ($(setting VOLUME_ID)) is neither empty nor labelled kubestep-etcd but ${label:-unreadable}: nothing on it is touched" >&2
  return 1
}

# require_own_marker: the volume says whose data it holds. Data that says nothing, or another, is not started from.
require_own_marker() {
  local marker=/var/lib/etcd/kubestep-slot own
  own="$(setting CLUSTER_ID) $(setting MACHINE)"
  if [ ! -e "$marker" ] && ! has_log; then
    echo "$own" > "$marker.new"
    mv "$marker.new" "$marker"
    sync "$marker"
  fi
  if [ ! -f "$marker" ] || [ "$(< "$marker")" != "$own" ]; then
    echo "the data of $(setting VOLUME_ID) is not marked as that of $own" >&2
    return 1
  fi
}
