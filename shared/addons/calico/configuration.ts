import type { KubernetesBlueprint } from '../../blueprint/blueprint.ts';
import { namespace } from '../access.ts';
import type { KubernetesObject } from '../manifest.ts';

/** Where the plugin's settings lie, and who else reads them. */
export const configurationName = 'calico';

/** How pods reach each other, in the words of calico-node's environment. */
export interface Networking {
  readonly backend: 'vxlan' | 'bird';
  readonly ipip: 'Never' | 'CrossSubnet';
  readonly vxlan: 'Never' | 'Always';
}

/** Over VXLAN always, or as they are within a subnet and in IP-in-IP between subnets, with routes told by BGP. */
export const networkingOf = ({ calicoMode }: KubernetesBlueprint): Networking =>
  calicoMode === 'vxlan'
    ? { backend: 'vxlan', ipip: 'Never', vxlan: 'Always' }
    : { backend: 'bird', ipip: 'CrossSubnet', vxlan: 'Never' };

/** What the installer puts into each node's CNI folder. It fills the words in underscores itself. */
const pluginConfiguration = `{
  "name": "k8s-pod-network",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "calico",
      "datastore_type": "kubernetes",
      "nodename": "__KUBERNETES_NODE_NAME__",
      "mtu": __CNI_MTU__,
      "ipam": {"type": "calico-ipam"},
      "policy": {"type": "k8s"},
      "kubernetes": {"kubeconfig": "__KUBECONFIG_FILEPATH__"}
    },
    {"type": "portmap", "snat": true, "capabilities": {"portMappings": true}}
  ]
}
`;

export const configuration: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: configurationName, namespace },
  data: { 'plugins.json': pluginConfiguration },
};
