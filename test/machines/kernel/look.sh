# shellcheck shell=bash
# Runs in the machine. Each line that begins with `CHECK name` is an answer.
say() { printf 'CHECK %s %s\n' "$1" "$(echo "$2" | tr '\n' ' ')"; }
token='curl --silent --max-time 10 --output /dev/null --write-out %{http_code} --request PUT --header X-aws-ec2-metadata-token-ttl-seconds:60 http://169.254.169.254/latest/api/token'

said=''
until [ "$(systemctl is-active kubestep-boot.service)" = active ]; do
  now=$(journalctl --unit kubestep-boot.service --lines 1 --output cat --no-pager)
  [ "$now" = "$said" ] || echo "waits: $now"
  said=$now
  sleep 10
done
say cgroups "$(stat -fc %T /sys/fs/cgroup)"
say cloud-init "$(cloud-init status --long)"
say datasource "$(cloud-init query cloud_name 2>&1)"
say address "$(ip -4 -brief address show scope global | head -1)"
guard=loaded
nft list table inet kubestep_metadata > /dev/null 2>&1 || guard=$(nft list tables)
say guard "$guard"
say service "$($token)"
say networkd "$(systemctl is-active systemd-networkd.service)"
say failed-units "$(systemctl list-units --failed --plain --no-legend)"
say end now
