import { type AccessRule, clusterRole, role, serviceAccount } from '../access.ts';
import type { KubernetesObject } from '../manifest.ts';

/** Accounts of the driver's two parts. */
export const accounts = { controller: 'ebs-csi-controller', node: 'ebs-csi-node' } as const;

const read = ['get', 'list', 'watch'];
const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): AccessRule => ({
  apiGroups: [apiGroup],
  resources,
  verbs,
});

const storage = 'storage.k8s.io';

/** Provisioner, attacher and resizer share the pod and so the account (source: the roles of each sidecar's release). */
const controllerRules: readonly AccessRule[] = [
  rule('', ['persistentvolumes'], [...read, 'create', 'patch', 'delete']),
  rule('', ['persistentvolumeclaims'], [...read, 'update']),
  rule('', ['persistentvolumeclaims/status'], ['patch']),
  rule('', ['nodes', 'pods'], read),
  rule('', ['events'], ['list', 'watch', 'create', 'update', 'patch']),
  rule(storage, ['storageclasses', 'csinodes', 'volumeattributesclasses'], read),
  rule(storage, ['volumeattachments'], [...read, 'patch']),
  rule(storage, ['volumeattachments/status'], ['patch']),
  // Claims may be made from snapshots where somebody has defined them.
  rule('snapshot.storage.k8s.io', ['volumesnapshots'], [...read, 'update']),
  rule('snapshot.storage.k8s.io', ['volumesnapshotcontents'], ['get', 'list']),
];

/**
 * On a node: its zone and instance from the Node object, its volumes watched when it leaves. The driver would also patch nodes,
 * to take away a taint that kubestep never sets: who holds one node's token could change every node by that.
 */
const nodeRules: readonly AccessRule[] = [
  rule('', ['nodes'], read),
  rule(storage, ['volumeattachments'], read),
  rule(storage, ['csinodes'], ['get']),
];

/** The sidecars choose leaders by leases of their own namespace. */
const leaseRules: readonly AccessRule[] = [
  rule('coordination.k8s.io', ['leases'], [...read, 'create', 'update', 'delete']),
];

export const accessObjects: readonly KubernetesObject[] = [
  serviceAccount(accounts.controller),
  ...clusterRole(accounts.controller, accounts.controller, controllerRules),
  ...role('ebs-csi-leases', accounts.controller, leaseRules),
  serviceAccount(accounts.node),
  ...clusterRole(accounts.node, accounts.node, nodeRules),
];
