import * as z from 'zod';
import { planLaunch } from '../ec2/launchPlan.ts';
import { subnets } from '../ec2/subnets.ts';
import { AwsError } from '../errors.ts';
import type { World } from '../world.ts';
import { validationError } from './errors.ts';
import { groupLaunchFields, launchChoices } from './groupLaunch.ts';
import { groupParameters } from './groupParameters.ts';
import type { GroupRow } from './groups.ts';

/** What both creating and updating a group can set. */
export const groupFields = {
  ...groupLaunchFields,
  AutoScalingGroupName: z.string().min(1).max(255),
  VPCZoneIdentifier: z.string().optional(),
  AvailabilityZones: z.array(z.string()).min(1).optional(),
  DefaultCooldown: z.number().int().min(0).optional(),
  DefaultInstanceWarmup: z.number().int().min(0).optional(),
  HealthCheckType: z.literal('EC2').optional(),
  HealthCheckGracePeriod: z.number().int().min(0).optional(),
  NewInstancesProtectedFromScaleIn: z.boolean().optional(),
  CapacityRebalance: z.literal(false).optional(),
  // The strategy that groups have by themselves; the other is not modelled.
  AvailabilityZoneDistribution: z
    .strictObject({ CapacityDistributionStrategy: z.literal('balanced-best-effort').optional() })
    .optional(),
  TerminationPolicies: z
    .array(z.enum(['Default', 'OldestInstance', 'NewestInstance', 'OldestLaunchTemplate']))
    .min(1)
    .optional(),
};

/** The subnets and zones that a request names: subnets, or zones alone for a template with an interface of its own. */
export function requestedPlaces(
  world: World,
  {
    VPCZoneIdentifier,
    AvailabilityZones,
  }: { VPCZoneIdentifier?: string | undefined; AvailabilityZones?: readonly string[] | undefined },
): Pick<GroupRow, 'subnetIds' | 'zones'> | undefined {
  const subnetIds = (VPCZoneIdentifier ?? '').split(',').filter((id) => id !== '');
  if (subnetIds.length === 0)
    return AvailabilityZones && { subnetIds: [], zones: checkedZones(world, AvailabilityZones) };
  const zones = subnetIds.map((id) => {
    const subnet = subnets(world).get(id);
    if (!subnet) throw validationError(`The subnet ID '${id}' does not exist`);
    return subnet.zone.name;
  });
  const distinct = [...new Set(zones)].sort();
  if (AvailabilityZones?.some((zone) => !distinct.includes(zone))) {
    throw validationError('The availability zones of the specified subnets and the Auto Scaling group do not match');
  }
  return { subnetIds, zones: distinct };
}

function checkedZones(world: World, zones: readonly string[]): string[] {
  const unknown = zones.find((zone) => world.zones.every(({ name }) => name !== zone));
  if (unknown !== undefined) throw validationError(`Invalid availability zones: [${unknown}]`);
  return [...zones].sort();
}

export function checkSizes({ minSize, maxSize, desired }: Pick<GroupRow, 'minSize' | 'maxSize' | 'desired'>): void {
  if (minSize > maxSize)
    throw validationError(`Max bound, ${maxSize}, must be greater than or equal to min bound, ${minSize}`);
  if (desired < minSize)
    throw validationError(`Desired capacity:${desired} must be above or equal to min size:${minSize}`);
  if (desired > maxSize)
    throw validationError(
      `Desired capacity:${desired} must be between the specified min size:${minSize} and max size:${maxSize}`,
    );
}

/** Tries the launch as Auto Scaling does when a group is made: all but capacity and quotas. */
export function checkLaunch(world: World, group: Pick<GroupRow, 'launch' | 'tags' | 'subnetIds' | 'zones'>): void {
  const [zone = ''] = group.zones;
  for (const choice of launchChoices(world, group.launch)) {
    try {
      planLaunch(world, groupParameters(world, group, { choice, market: 'on-demand', zone }));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.name === 'Unsupported') continue; // another zone may offer the type
      throw validationError(`You must use a valid fully-formed launch template. ${error.message}`);
    }
  }
}
