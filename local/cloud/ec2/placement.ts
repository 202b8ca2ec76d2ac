import { AwsError } from '../errors.ts';
import type { World } from '../world.ts';

/** Whether the Region has a zone of this name. */
export const isZone = (world: World, zone: string): boolean => world.zones.some(({ name }) => name === zone);

export function unknownZone(zone: string): AwsError {
  return new AwsError('InvalidParameterValue', `Value (${zone}) for parameter availabilityZone is invalid.`);
}
