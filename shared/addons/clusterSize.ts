import type { Blueprint } from '../blueprint/blueprint.ts';

type Machines = Pick<Blueprint, 'slots' | 'nodeGroups'>;

/** Masters are nodes too. */
export const masterCount = ({ slots }: Pick<Blueprint, 'slots'>): number =>
  slots.filter(({ runs }) => runs.controlPlane).length;

/** How many nodes the cluster begins with. */
export const nodesAtFirst = (machines: Machines): number =>
  machines.nodeGroups.reduce((sum, { size }) => sum + size.desired, masterCount(machines));

/** How many nodes the cluster may grow to. */
export const nodesAtMost = (machines: Machines): number =>
  machines.nodeGroups.reduce((sum, { size }) => sum + size.max, masterCount(machines));
