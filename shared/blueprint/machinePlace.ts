import type { Blueprint, MachineRole } from './blueprint.ts';

/** What a machine is for: one slot, or one of a node group. Machines of one place boot from the same bundle. */
export type MachinePlace =
  | { readonly role: 'master' | 'etcd'; readonly slot: string }
  | { readonly role: 'worker'; readonly group: string };

/** Every place of a cluster. */
export const placesOf = ({ slots, nodeGroups }: Pick<Blueprint, 'slots' | 'nodeGroups'>): readonly MachinePlace[] => [
  ...slots.map(({ key, role }) => ({ role, slot: key })),
  ...nodeGroups.map(({ name }) => ({ role: 'worker' as const, group: name })),
];

/** The place in one word, which the store keeps rows by: a slot's key, or `group/NAME`. */
export const placeName = (place: MachinePlace): string =>
  place.role === 'worker' ? `group/${place.group}` : place.slot;

/** Where the bundles of machines of one role are in the deployment's bucket; a machine's role may read no others. */
export const bundlePrefix = (clusterId: string, role: MachineRole): string => `clusters/${clusterId}/bundles/${role}/`;

/** Where a bundle is in the deployment's bucket. */
export const bundleKey = (clusterId: string, role: MachineRole, sha256: string): string =>
  `${bundlePrefix(clusterId, role)}${sha256}.json`;
