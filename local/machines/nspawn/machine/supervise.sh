#!/bin/bash
# supervise FOLDER NAME MEMORY-KILOBYTES OWN-GROUP GROUP...: keeps the machine running. It enters OWN-GROUP itself and puts
# the machine into the other control groups.
set -u
folder=$1 name=$2 memory=$3
echo $$ > "$4/cgroup.procs" || exit 1
groups=("${@:5}")

# One supervisor a machine: the kernel frees the lock when this process dies.
exec 9> "$folder/lock"
flock --nonblock 9 || exit 0

# devices: NAME:MAJOR:MINOR:VOLUME of every volume that is attached
devices() {
  local record image loop
  for record in "$folder"/devices/*; do
    [ -f "$record" ] || continue
    image=$(< "$record")
    loop=$(losetup --noheadings --output NAME --associated "$image" | head -n 1)
    [ -n "$loop" ] || loop=$(losetup --find --show "$image") || continue
    printf '%s:%s:%s ' "${record##*/}" "$(lsblk --noheadings --nodeps --output MAJ:MIN "$loop" | tr -d ' ')" "vol-${image##*-vol-}"
  done
}

# In parentheses: a process of its own, which becomes the machine.
boot() (
  devices=$(devices)
  for group in "${groups[@]}"; do echo $BASHPID > "$group/cgroup.procs" || exit 1; done
  # Only /proc/sys/net may be written: all other settings are the host's. With systemd's filter of calls runc fails.
  export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network SYSTEMD_SECCOMP=0
  exec systemd-nspawn --quiet --register=no --keep-unit --machine="$name" --directory="$folder/root" \
    --network-namespace-path="/run/netns/$name" --private-users=no --capability=all --kill-signal=SIGRTMIN+4 \
    --resolv-conf=off --timezone=off --link-journal=no --console=pipe --bind=/dev/kmsg \
    --bind="$folder/containerd:/var/lib/containerd" --bind="$folder/kubelet:/var/lib/kubelet" \
    --setenv=MACHINE_MEMORY="$memory" --setenv=MACHINE_DEVICES="$devices" /usr/local/sbin/machine-init 9>&-
)

# systemd-nspawn ends with 133 when the machine rebooted itself.
status=133
while [ $status = 133 ]; do
  boot
  status=$?
done
echo "$status" > "$folder/ended.new"
mv "$folder/ended.new" "$folder/ended"
