import { file } from '../template.ts';

/**
 * /etc/kubestep/pod-network.conflist, of routed pods: the node script fills POD_RANGE, which the Node API gives, and
 * LINK_MTU, and puts it where containerd looks.
 */
export const podNetwork = file`
{
  "cniVersion": "1.0.0",
  "name": "routed",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "hairpinMode": true,
      "mtu": LINK_MTU,
      "ipam": {
        "type": "host-local",
        "ranges": [[{"subnet": "POD_RANGE"}]],
        "routes": [{"dst": "0.0.0.0/0"}]
      }
    },
    {"type": "portmap", "capabilities": {"portMappings": true}}
  ]
}
`;

/**
 * /etc/kubestep/pod-masquerade.nft: between pods addresses stay as they are. Outside nothing is routed back to a pod, so
 * what goes there carries the machine's address.
 */
export const podMasquerade = file`
add table inet kubestep_pods
delete table inet kubestep_pods
table inet kubestep_pods {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr POD_RANGE ip daddr != @@POD_CIDR@@ masquerade
  }
}
`;
