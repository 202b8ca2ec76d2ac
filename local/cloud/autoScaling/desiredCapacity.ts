import { AwsError } from '../errors.ts';
import { nowOf, type World } from '../world.ts';
import { timeInCause } from './activities.ts';
import { type GroupRow, groupOf } from './groups.ts';

/** The group of this name unless it is about to disappear. */
export function existingGroup(world: World, name: string): GroupRow {
  const group = groupOf(world, name);
  if (!group.deleting) return group;
  throw new AwsError('ScalingActivityInProgress', `AutoScalingGroup ${name} is being deleted`);
}

/** A new desired capacity with the sentence that explains it in later activities. */
export function desiredFields(world: World, group: GroupRow, desired: number, reason: string): Partial<GroupRow> {
  if (desired === group.desired) return {};
  const now = nowOf(world);
  return {
    desired,
    desiredSetAt: now,
    desiredBecause: `At ${timeInCause(now)} a ${reason} changing the desired capacity from ${group.desired} to ${desired}.`,
  };
}
