import type { Facts } from '../facts/facts.ts';
import type { ClusterSpec, NodeGroupSpec } from '../spec/schema.ts';
import type { NodeGroupBlueprint, SubnetBlueprint } from './blueprint.ts';
import { machineBlueprint } from './machines.ts';
import { privateSubnetKeys } from './subnets.ts';

/** The groups of workers. */
export function nodeGroupBlueprints(
  spec: ClusterSpec,
  facts: Facts,
  subnets: readonly SubnetBlueprint[],
): readonly NodeGroupBlueprint[] {
  return spec.spec.nodeGroups.map((group) => ({
    name: group.name,
    groupName: `${facts.clusterId}-${group.name}`,
    machine: machineBlueprint(group.instanceTypes, group.rootVolume, spec.spec, facts),
    subnetKeys: privateSubnetKeys(subnets, group.zones ?? spec.spec.zones),
    size: { min: group.min, max: group.max, desired: desiredSize(group) },
    spot: group.spot,
    labels: group.labels,
    taints: group.taints,
  }));
}

/** How many machines a group begins with. */
export const desiredSize = ({ desired, min }: NodeGroupSpec): number => desired ?? min;
