import type { Blueprint, KubernetesBlueprint } from '../blueprint/blueprint.ts';
import { fill, lines, yaml } from '../machine/template.ts';
import { TYPHA_FROM_NODES } from '../network/calico.ts';
import { images } from '../releases/images.ts';
import calico from './calico.yaml';
import { definitions, kinds } from './calicoKinds.ts';
import { nodesAtFirst, nodesAtMost } from './clusterSize.ts';
import { documentsOf, type Manifest } from './manifest.ts';
import ownNode from './own-node.yaml';
import typha from './typha.yaml';

/** Calico: addresses, routes and network policies, kept in the Kubernetes API. */
export function calicoManifest(blueprint: Blueprint): Manifest {
  const withTypha = hasTypha(blueprint);
  const parts = [
    documentsOf(definitions),
    fill(ownNode, { ACCOUNT: 'calico-node' }),
    calicoDocuments(blueprint.kubernetes, withTypha),
    ...(withTypha ? [typhaDocuments(blueprint)] : []),
  ];
  return { text: parts.join(''), rollouts: ['daemonset/calico-node', 'deployment/calico-kube-controllers'] };
}

function calicoDocuments(kubernetes: KubernetesBlueprint, withTypha: boolean): string {
  const { backend, clusterType, ipip, vxlan } = networkingOf(kubernetes);
  const question = (word: 'live' | 'ready') =>
    yaml(['/bin/calico-node', `-felix-${word}`, ...(backend === 'bird' ? [`-bird-${word}`] : [])]);
  return fill(calico, {
    NODE: images.calico.node,
    PLUGIN: images.calico.plugin,
    CONTROLLERS: images.calico.controllers,
    EVERY_KIND: yaml(kinds),
    POD_CIDR: kubernetes.podCIDR,
    BACKEND: backend,
    CLUSTER_TYPE: clusterType,
    IPIP: ipip,
    VXLAN: vxlan,
    TYPHA: lines(withTypha ? '- {name: FELIX_TYPHAK8SSERVICENAME, value: calico-typha}' : ''),
    LIVE: question('live'),
    READY: question('ready'),
  });
}

/** How pods reach each other, in the words of calico-node's environment. */
interface Networking {
  readonly backend: 'vxlan' | 'bird';
  readonly clusterType: 'k8s' | 'k8s,bgp';
  readonly ipip: 'Never' | 'CrossSubnet';
  readonly vxlan: 'Never' | 'Always';
}

/** Over VXLAN always, or as they are within a subnet and in IP-in-IP between subnets, with routes announced by BGP. */
const networkingOf = ({ calicoMode }: KubernetesBlueprint): Networking =>
  calicoMode === 'vxlan'
    ? { backend: 'vxlan', clusterType: 'k8s', ipip: 'Never', vxlan: 'Always' }
    : { backend: 'bird', clusterType: 'k8s,bgp', ipip: 'CrossSubnet', vxlan: 'Never' };

type Machines = Pick<Blueprint, 'slots' | 'nodeGroups'>;

/** Whether the cluster may grow so large that its nodes must not all watch the API themselves. */
const hasTypha = (machines: Machines): boolean => nodesAtMost(machines) >= TYPHA_FROM_NODES;

/** Typha reads the API once for many nodes (source: Calico's documentation: one for 100 to 200, three at least). */
const nodesPerReplica = 150;
const fewestReplicas = 3;

const typhaDocuments = (machines: Machines): string =>
  fill(typha, { IMAGE: images.calico.typha, REPLICAS: replicasOf(nodesAtFirst(machines)) });

/** Each has its port of a node to itself, so there are never more of them than nodes. */
const replicasOf = (nodes: number): number =>
  Math.max(1, Math.min(nodes, Math.max(fewestReplicas, Math.ceil(nodes / nodesPerReplica))));
