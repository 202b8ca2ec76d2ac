import type { KubernetesObject } from './manifest.ts';

/** The group in which Calico keeps its objects when the Kubernetes API is its store. */
const group = 'crd.projectcalico.org';

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly namespaced?: true;
  readonly hasStatus?: true;
}

/** Every kind that Calico's components watch (source: the definitions that Calico v3.32 ships). */
const table: readonly Kind[] = [
  { kind: 'BGPConfiguration', plural: 'bgpconfigurations' },
  { kind: 'BGPFilter', plural: 'bgpfilters' },
  { kind: 'BGPPeer', plural: 'bgppeers' },
  { kind: 'BlockAffinity', plural: 'blockaffinities' },
  { kind: 'CalicoNodeStatus', plural: 'caliconodestatuses' },
  { kind: 'ClusterInformation', plural: 'clusterinformations' },
  { kind: 'FelixConfiguration', plural: 'felixconfigurations' },
  { kind: 'GlobalNetworkPolicy', plural: 'globalnetworkpolicies' },
  { kind: 'GlobalNetworkSet', plural: 'globalnetworksets' },
  { kind: 'HostEndpoint', plural: 'hostendpoints' },
  { kind: 'IPAMBlock', plural: 'ipamblocks' },
  { kind: 'IPAMConfig', plural: 'ipamconfigs' },
  { kind: 'IPAMHandle', plural: 'ipamhandles' },
  { kind: 'IPPool', plural: 'ippools' },
  { kind: 'IPReservation', plural: 'ipreservations' },
  { kind: 'KubeControllersConfiguration', plural: 'kubecontrollersconfigurations', hasStatus: true },
  { kind: 'NetworkPolicy', plural: 'networkpolicies', namespaced: true },
  { kind: 'NetworkSet', plural: 'networksets', namespaced: true },
  { kind: 'StagedGlobalNetworkPolicy', plural: 'stagedglobalnetworkpolicies' },
  { kind: 'StagedKubernetesNetworkPolicy', plural: 'stagedkubernetesnetworkpolicies', namespaced: true },
  { kind: 'StagedNetworkPolicy', plural: 'stagednetworkpolicies', namespaced: true },
  { kind: 'Tier', plural: 'tiers' },
];

/** Names of all kinds, as roles name them. */
export const kinds: readonly string[] = table.map(({ plural }) => plural);

/** The definitions. What an object may say is left to Calico, which checks what it reads. */
export const definitions: readonly KubernetesObject[] = table.map(({ kind, plural, namespaced, hasStatus }) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        ...(hasStatus && { subresources: { status: {} } }),
      },
    ],
  },
}));
