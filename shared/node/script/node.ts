import { file } from '../template.ts';

/** /usr/local/lib/kubestep/node.sh: the node. */
export const node = file`
# start_node: done when the cluster counts this node as ready, which needs the pod network too
start_node() {
  swapoff --all || true
  get_pod_range
  systemctl daemon-reload
  systemctl start --no-block containerd.service kubelet.service kube-proxy.service
  within 600 own_node
  if runs control-plane; then
    cluster label --overwrite node "$(instance INSTANCE_ID)" node-role.kubernetes.io/control-plane=
  fi
  # The pod network is applied when the masters serve, and its images are pulled.
  within 1800 is_ready
  within 60 systemctl is-active --quiet kube-proxy.service
}

# get_pod_range: done when the VPC routes a range of addresses here, and pods will get theirs from it. Which range it is, is
# not the machine's to say.
get_pod_range() {
  local answer range link
  [ -f /etc/kubestep/pod-network.conflist ] || return 0
  answer=$(mktemp)
  if ! signed execute-api -o "$answer" -X POST "$(setting NODE_API)/node/pod-range"; then
    echo "no pod range: $(text_of "$(< "$answer")" message)" >&2
    return 1
  fi
  range=$(text_of "$(< "$answer")" podRange)
  rm -f "$answer"
  [[ $range =~ ^[0-9.]+/[0-9]+$ ]] || { echo "the Node API's answer names no pod range" >&2; return 1; }
  link=$(ip -4 route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)
  mkdir -p /etc/cni/net.d
  sed -e "s|POD_RANGE|$range|" -e "s|LINK_MTU|$(< "/sys/class/net/$link/mtu")|" /etc/kubestep/pod-network.conflist \
    > /etc/cni/net.d/10-routed.conflist.new
  mv /etc/cni/net.d/10-routed.conflist.new /etc/cni/net.d/10-routed.conflist
  sed "s|POD_RANGE|$range|" /etc/kubestep/pod-masquerade.nft | nft --file -
}

# own_node: this node as the API has it, asked for by what kubelet is
own_node() {
  curl -sf -m 10 --cacert /etc/kubernetes/pki/kubernetes-ca.crt --cert /etc/kubernetes/pki/kubelet-client.crt \
    --key /etc/kubernetes/pki/kubelet-client.key "$(setting API_SERVER)/api/v1/nodes/$(instance INSTANCE_ID)"
}

is_ready() { own_node | tr -d ' \n' | grep -q '"type":"Ready","status":"True"'; }
`;
