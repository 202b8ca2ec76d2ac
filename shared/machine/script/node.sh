# shellcheck shell=bash
# node.sh: the node.

# start_node: done when the cluster counts this node as ready, which needs the pod network too
start_node() {
  swapoff --all || true
  get_pod_range
  systemctl daemon-reload
  systemctl start --no-block containerd.service kubelet.service kube-proxy.service
  bring_up_at_boot containerd 120
  bring_up_at_boot kubelet 600
  within 600 own_node
  if runs control-plane; then
    # No Service's load balancer sends to masters: the cloud controller manager would look for a security group to open.
    cluster label --overwrite node "$(instance INSTANCE_ID)" node-role.kubernetes.io/control-plane= \
      node.kubernetes.io/exclude-from-external-load-balancers=
  fi
  # The pod network is applied when the masters serve, and its images are pulled.
  within 1800 is_ready
  bring_up_at_boot kube-proxy 60
}

# get_pod_range: done when pods will get their addresses from the range that the VPC routes here. Which range it is, is not the
# machine's to say; it keeps it for good, so a machine that comes back continues with it.
get_pod_range() {
  local range link known=/var/lib/kubestep/pod-range
  [ -f /etc/kubestep/pod-network.conflist ] || return 0
  apart ask_pod_range "$known"
  if [ "$status" -ne 0 ] && [ ! -f "$known" ]; then return 1; fi
  range=$(< "$known")
  link=$(ip -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
  mkdir -p /etc/cni/net.d
  sed -e "s|POD_RANGE|$range|" -e "s|LINK_MTU|$(< "/sys/class/net/$link/mtu")|" /etc/kubestep/pod-network.conflist \
    > /etc/cni/net.d/10-routed.conflist.new
  mv /etc/cni/net.d/10-routed.conflist.new /etc/cni/net.d/10-routed.conflist
  sed "s|POD_RANGE|$range|" /etc/kubestep/pod-masquerade.nft | nft --file -
}

# ask_pod_range FILE: done when the file says which range the Node API has routed here
ask_pod_range() {
  local answer range patience=()
  answer=$(mktemp)
  if [ -f "$1" ]; then patience=(-m 20 --retry-max-time 30); fi
  if ! signed execute-api "${patience[@]}" -o "$answer" -X POST "$(setting NODE_API)/node/pod-range"; then
    echo "no pod range: $(text_of "$(< "$answer")" message)" >&2
    return 1
  fi
  range=$(text_of "$(< "$answer")" podRange)
  rm -f "$answer"
  [[ $range =~ ^[0-9.]+/[0-9]+$ ]] || { echo "the Node API's answer names no pod range" >&2; return 1; }
  mkdir -p "${1%/*}"
  echo "$range" > "$1.new"
  mv "$1.new" "$1"
}

# own_node: this node as the API has it, asked for by what kubelet is
own_node() {
  curl -sf -m 10 --cacert /etc/kubernetes/pki/kubernetes-ca.crt --cert /etc/kubernetes/pki/kubelet-client.crt \
    --key /etc/kubernetes/pki/kubelet-client.key "$(setting API_SERVER)/api/v1/nodes/$(instance INSTANCE_ID)"
}

is_ready() { own_node | tr -d ' \n' | grep -q '"type":"Ready","status":"True"'; }
