import { file } from '../template.ts';

/** /usr/local/lib/kubestep/node.sh: the node. */
export const node = file`
# start_node: done when the cluster counts this node as ready, which needs the pod network too
start_node() {
  swapoff --all || true
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

# own_node: this node as the API has it, asked for by what kubelet is
own_node() {
  curl -sf -m 10 --cacert /etc/kubernetes/pki/kubernetes-ca.crt --cert /etc/kubernetes/pki/kubelet-client.crt \
    --key /etc/kubernetes/pki/kubelet-client.key "$(setting API_SERVER)/api/v1/nodes/$(instance INSTANCE_ID)"
}

is_ready() { own_node | tr -d ' \n' | grep -q '"type":"Ready","status":"True"'; }
`;
