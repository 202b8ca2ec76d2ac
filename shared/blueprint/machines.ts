import type { Facts } from '../facts/facts.ts';
import { architectureOf } from '../spec/instanceTypes.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { MachineBlueprint } from './blueprint.ts';
import { volumeOf } from './sizing.ts';

/** A machine of one of the given types, with the image that was current when the plan was made. */
export function machineBlueprint(
  instanceTypes: readonly string[],
  rootVolume: ClusterSpec['spec']['controlPlane']['rootVolume'],
  { image }: ClusterSpec['spec'],
  facts: Facts,
): MachineBlueprint {
  const [first, ...others] = instanceTypes;
  const architecture = first === undefined ? undefined : architectureOf(first);
  if (first === undefined || architecture === undefined) throw new RangeError(`unknown instance type ${first}`);
  const imageId = facts.images[`${image}/${architecture}`];
  if (imageId === undefined) throw new RangeError(`no ${image} image for ${architecture} was looked up`);
  return { instanceTypes: [first, ...others], architecture, image, imageId, rootVolume: volumeOf(rootVolume) };
}
