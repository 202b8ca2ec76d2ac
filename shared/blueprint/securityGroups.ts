import { podNetworkRules } from '../network/podNetworks.ts';
import type { Side } from '../network/rules.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type {
  NatGatewayBlueprint,
  RuleBlueprint,
  SecurityGroupBlueprint,
  SecurityGroupKey,
  VpcBlueprint,
} from './blueprint.ts';
import { podNetworkOf } from './kubernetes.ts';

/** Where kube-apiserver listens on each master (source: kubernetes.io, ports and protocols). */
export const API_PORT = 6443;

/** Where the load balancer listens. */
export const LISTENER_PORT = 443;

const KUBELET_PORT = 10_250;
const ETCD_CLIENT_PORT = 2379;
const ETCD_PEER_PORT = 2380;

interface Surroundings {
  readonly clusterId: string;
  readonly vpc: VpcBlueprint;
  readonly natGateways: readonly NatGatewayBlueprint[];
}

/** The security groups. Each admits exactly what its machines serve; who may leave is everyone. */
export function securityGroupBlueprints(
  spec: ClusterSpec,
  surroundings: Surroundings,
): readonly SecurityGroupBlueprint[] {
  const group = (
    key: SecurityGroupKey,
    description: string,
    ingress: readonly RuleBlueprint[],
    egress = anywhere,
  ): SecurityGroupBlueprint => ({
    key,
    name: `${surroundings.clusterId}-${key}`,
    description,
    ingress: withoutRepeats(ingress),
    egress,
  });
  const groups = [
    group('loadBalancer', 'Load balancer of the Kubernetes API', apiClients(spec, surroundings), [
      tcp(API_PORT, 'masters', 'to the API servers'),
    ]),
    group('masters', 'Masters: API servers, controllers, scheduler', [
      tcp(API_PORT, 'loadBalancer', 'API through the load balancer'),
      tcp(API_PORT, 'workers', 'the kubernetes Service leads pods straight to masters'),
      tcp(API_PORT, 'masters', 'the kubernetes Service leads pods straight to masters'),
      ...kubeletClients,
      ...podRules(spec, 'masters'),
    ]),
    group('workers', 'Workers', [...kubeletClients, ...podRules(spec, 'workers')]),
    group('etcd', 'Members of etcd', [
      tcp(ETCD_CLIENT_PORT, 'masters', 'API servers to etcd'),
      tcp(ETCD_CLIENT_PORT, 'etcd', 'members ask each other for their health'),
      tcp(ETCD_PEER_PORT, 'etcd', 'between members'),
    ]),
  ];
  if (spec.spec.network.endpoints.interface.length === 0) return groups;
  return [...groups, group('endpoints', 'Interface endpoints of AWS services', endpointClients)];
}

const anywhere: readonly RuleBlueprint[] = [
  {
    protocol: 'all',
    fromPort: -1,
    toPort: -1,
    peer: { cidr: '0.0.0.0/0' },
    why: 'images, AWS APIs, the cluster itself',
  },
];

const kubeletClients: readonly RuleBlueprint[] = [
  tcp(KUBELET_PORT, 'masters', 'API servers to kubelets: logs, exec'),
  tcp(KUBELET_PORT, 'workers', 'metrics-server to kubelets'),
];

const endpointClients: readonly RuleBlueprint[] = (['masters', 'workers', 'etcd'] as const).map((key) =>
  tcp(443, key, `AWS APIs for ${key}`),
);

function apiClients({ spec: { api } }: ClusterSpec, { vpc, natGateways }: Surroundings): readonly RuleBlueprint[] {
  const allowed = api.allowedCIDRs ?? (api.access === 'internal' ? rangesOf(vpc) : []);
  const machines = (['masters', 'workers'] as const).map((key) => tcp(LISTENER_PORT, key, `API for ${key}`));
  const clients = allowed.map((cidr) => listener({ cidr }, 'API for its users'));
  if (api.access === 'internal') return [...machines, ...clients];
  // Machines reach a public balancer through NAT, and the group of the sender is lost on the way.
  const behindNat = natGateways.map(({ key }) =>
    listener({ natGatewayKey: key }, `API for machines behind NAT gateway ${key}`),
  );
  return [...machines, ...behindNat, ...clients];
}

const rangesOf = (vpc: VpcBlueprint): readonly string[] => (vpc.kind === 'created' ? [vpc.cidr] : vpc.cidrs);

function podRules(spec: ClusterSpec, to: 'masters' | 'workers'): readonly RuleBlueprint[] {
  return podNetworkRules(podNetworkOf(spec))
    .filter((rule) => groupsOf(rule.to).includes(to))
    .flatMap(({ protocol, port, toPort, from, why }) =>
      groupsOf(from).map((securityGroupKey) => ({
        protocol,
        fromPort: port,
        toPort: toPort ?? port,
        peer: { securityGroupKey },
        why,
      })),
    );
}

const groupsOf = (side: Side): readonly ('masters' | 'workers')[] =>
  side === 'nodes' ? ['masters', 'workers'] : [side];

function tcp(port: number, securityGroupKey: SecurityGroupKey, why: string): RuleBlueprint {
  return { protocol: 'tcp', fromPort: port, toPort: port, peer: { securityGroupKey }, why };
}

function listener(peer: RuleBlueprint['peer'], why: string): RuleBlueprint {
  return { protocol: 'tcp', fromPort: LISTENER_PORT, toPort: LISTENER_PORT, peer, why };
}

/** EC2 refuses a rule that the group has already, whatever its description says. */
function withoutRepeats(rules: readonly RuleBlueprint[]): readonly RuleBlueprint[] {
  const identity = ({ protocol, fromPort, toPort, peer }: RuleBlueprint) =>
    JSON.stringify([protocol, fromPort, toPort, peer]);
  return [...new Map(rules.map((rule) => [identity(rule), rule])).values()];
}
