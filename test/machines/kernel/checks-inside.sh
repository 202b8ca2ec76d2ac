# shellcheck shell=bash
# Runs in the machine. Each line that begins with `CHECK name` is an answer.
say() { printf 'CHECK %s %s\n' "$1" "$(echo "$2" | tr '\n' ' ')"; }
token=(curl --silent --max-time 10 --output /dev/null --write-out '%{http_code}' --request PUT --header X-aws-ec2-metadata-token-ttl-seconds:60 http://169.254.169.254/latest/api/token)
as_pod() { systemd-run --quiet --wait --pipe --slice "$1" "${token[@]}" 2>&1 || true; }

say kernel "$(uname -r)"
say cgroups "$(stat -fc %T /sys/fs/cgroup)"
say cloud-init "$(cloud-init status --long)"
say datasource "$(cloud-init query cloud_name 2>&1)"
say pinned "$(cat /etc/kubestep/pinned 2>&1)"
say boot-unit "$(systemctl is-enabled kubestep-boot.service 2>&1)"
say settings-refused "$(sysctl --quiet --load /etc/sysctl.d/99-kubestep.conf 2>&1)"
systemctl stop kubestep-boot.service

say service-before "$(as_pod system.slice)"
say pod-before "$(as_pod kubepods-burstable-pod1.slice)"
say guard "$(nft --file /etc/kubestep/metadata-guard.nft 2>&1 && echo loaded)"
say service-after "$(as_pod system.slice)"
say pod-after "$(as_pod kubepods-burstable-pod1.slice)"

# What a pod network adds, and what networkd does to it when the node script reloads it.
modprobe vxlan
links=(/sys/class/net/[!l]*)
ip link add flannel.1 address 02:42:0a:f4:15:00 type vxlan id 1 dev "${links[0]##*/}" dstport 8472 nolearning
ip address add 10.244.21.0/32 dev flannel.1
ip link set flannel.1 up
ip route add 10.244.22.0/24 via 10.244.22.0 dev flannel.1 onlink
ip rule add from 10.244.0.0/16 lookup main priority 500
say networkd-before "$(systemctl is-active systemd-networkd.service)"
systemctl reload-or-restart systemd-networkd.service
sleep 10
say networkd-after "$(systemctl is-active systemd-networkd.service)"
say overlay-address "$(ip -4 -brief address show dev flannel.1) $(cat /sys/class/net/flannel.1/address)"
say overlay-route "$(ip route show 10.244.22.0/24)"
say overlay-rule "$(ip rule show priority 500)"
say default-route "$(ip route show default)"
say resolved "$(systemctl is-active systemd-resolved.service)"
say name-servers-file "$(test -s /run/systemd/resolve/resolv.conf && echo there)"
say name-servers "$(grep ^nameserver /run/systemd/resolve/resolv.conf)"
say cloud-init-complaints "$(grep --extended-regexp 'WARNING|ERROR|CRITICAL|Traceback' /var/log/cloud-init.log | tail --lines 8)"
say end now
