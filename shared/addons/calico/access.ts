import { type AccessRule, clusterRole, serviceAccount } from '../access.ts';
import type { KubernetesObject } from '../manifest.ts';
import { group, resources } from './definitions.ts';

const read = ['get', 'list', 'watch'];
const change = ['get', 'list', 'create', 'update', 'delete', 'watch'];
const ofCalico = (names: readonly string[], verbs: readonly string[]): AccessRule => ({
  apiGroups: [group],
  resources: names,
  verbs,
});
const ofCore = (names: readonly string[], verbs: readonly string[]): AccessRule => ({
  apiGroups: [''],
  resources: names,
  verbs,
});

/** What hands out addresses. */
const addressing = ['blockaffinities', 'ipamblocks', 'ipamhandles', 'ipamconfigs'];

/** calico-node on every node, and Typha, which reads for it (source: the roles that Calico v3.32 ships). */
const nodeRules: readonly AccessRule[] = [
  // The plugin is run by containerd, which has no token: calico-node gets one for it and renews it.
  {
    apiGroups: [''],
    resources: ['serviceaccounts/token'],
    resourceNames: ['calico-cni-plugin'],
    verbs: ['create'],
  },
  ofCore(['pods', 'nodes', 'namespaces', 'services', 'endpoints', 'serviceaccounts'], read),
  ofCore(['configmaps'], ['get']),
  ofCore(['nodes/status'], ['patch', 'update']),
  ofCore(['pods/status'], ['patch']),
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['list', 'watch'] },
  // Asked for even where nobody has defined it: "not found" is an answer to Felix, "forbidden" is none.
  { apiGroups: ['policy.networking.k8s.io'], resources: ['clusternetworkpolicies'], verbs: ['list', 'watch'] },
  ofCalico(resources, read),
  ofCalico(['tiers'], ['create']),
  ofCalico(['ippools', 'felixconfigurations', 'bgpconfigurations', 'clusterinformations'], ['create', 'update']),
  ofCalico(['caliconodestatuses'], ['update']),
  ofCalico(addressing, change),
];

/** The plugin, at each pod's begin and end. */
const pluginRules: readonly AccessRule[] = [
  ofCore(['pods', 'nodes', 'namespaces'], ['get']),
  ofCore(['pods/status'], ['patch']),
  ofCalico(['clusterinformations', 'ippools', 'ipreservations'], ['get', 'list']),
  ofCalico(addressing, change),
];

/** calico-kube-controllers: takes back the addresses of nodes and pods that are gone. */
const controllerRules: readonly AccessRule[] = [
  ofCore(['nodes', 'pods', 'namespaces'], read),
  ofCalico(resources, read),
  ofCalico([...addressing, 'tiers', 'hostendpoints'], change),
  ofCalico(
    ['clusterinformations', 'kubecontrollersconfigurations', 'kubecontrollersconfigurations/status'],
    ['get', 'list', 'create', 'update', 'watch'],
  ),
];

/** Accounts of Calico's components and what they may do. */
export const accessObjects: readonly KubernetesObject[] = [
  serviceAccount('calico-node'),
  ...clusterRole('calico-node', 'calico-node', nodeRules),
  serviceAccount('calico-cni-plugin'),
  ...clusterRole('calico-cni-plugin', 'calico-cni-plugin', pluginRules),
  serviceAccount('calico-kube-controllers'),
  ...clusterRole('calico-kube-controllers', 'calico-kube-controllers', controllerRules),
];
