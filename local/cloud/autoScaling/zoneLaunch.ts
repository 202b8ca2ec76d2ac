import { launchInstances } from '../ec2/launch.ts';
import { planLaunch } from '../ec2/launchPlan.ts';
import { templateTags } from '../ec2/templateTags.ts';
import { AwsError } from '../errors.ts';
import { nowOf, type World } from '../world.ts';
import { beginActivity, endActivity, timeInCause } from './activities.ts';
import { announceActivity } from './groupEvents.ts';
import { type LaunchChoice, launchChoices, onDemandShare } from './groupLaunch.ts';
import { groupParameters, roomiestSubnet } from './groupParameters.ts';
import type { GroupRow } from './groups.ts';
import { type MemberRow, putMember } from './members.ts';
import { mayUseKey } from './volumeKeys.ts';
import { balancedZones, sizesOf } from './zoneBalance.ts';

type Market = MemberRow['market'];

/** One attempt of a group to launch. */
interface Attempt {
  readonly world: World;
  readonly group: GroupRow;
  /** How many members each zone holds, as the attempt continues. */
  readonly sizes: Map<string, number>;
  /** Zones that had no room. */
  readonly failedZones: Set<string>;
}

/** Launches up to `count` instances, On-Demand first as far as the group's policy wants them. Returns how many it could. */
export function launchOverZones(world: World, group: GroupRow, staying: readonly MemberRow[], count: number): number {
  const onDemand = staying.filter(({ market }) => market === 'on-demand').length;
  const onDemandWanted = onDemandShare(group.launch, staying.length + count);
  const onDemandCount = Math.min(count, Math.max(0, onDemandWanted - onDemand));
  const attempt = { world, group, sizes: sizesOf(group.zones, staying), failedZones: new Set<string>() };
  const launched = launchInZones(attempt, 'on-demand', onDemandCount);
  return launched + launchInZones(attempt, 'spot', count - onDemandCount);
}

/** Spreads launches over the zones; what a zone has no room for goes to the others. */
function launchInZones(attempt: Attempt, market: Market, count: number): number {
  const { group, sizes, failedZones } = attempt;
  let remaining = count;
  while (remaining > 0) {
    const zones = group.zones.filter((zone) => !failedZones.has(zone));
    if (zones.length === 0) break;
    for (const [zone, share] of balancedZones(zones, sizes, remaining)) {
      const launched = launchInZone(attempt, market, zone, share);
      if (launched === 'stop') return count - remaining;
      if (launched < share) failedZones.add(zone);
      remaining -= launched;
    }
  }
  return count - remaining;
}

/** Failures that another type or zone may not have. */
const elsewhere = ['InsufficientInstanceCapacity', 'Unsupported', 'InsufficientFreeAddressesInSubnet'];

/** Launches in one zone, type after type. Says `stop` where no other zone would help. */
function launchInZone(attempt: Attempt, market: Market, zone: string, count: number): number | 'stop' {
  let launched = 0;
  let failure: AwsError | undefined;
  try {
    for (const choice of launchChoices(attempt.world, attempt.group.launch)) {
      if (launched === count) break;
      const outcome = launchChoice(attempt, { choice, market, zone }, count - launched);
      if (typeof outcome === 'number') launched += outcome;
      else failure = outcome;
      if (failure && !elsewhere.includes(failure.name)) break;
    }
  } catch (error) {
    failure = asAwsError(error);
  }
  if (launched === count || !failure) return launched;
  recordFailure(attempt, zone, failure);
  return elsewhere.includes(failure.name) || launched > 0 ? launched : 'stop';
}

interface Place {
  readonly choice: LaunchChoice;
  readonly market: Market;
  readonly zone: string;
}

/** Launches one type in one zone, or answers what prevented it. */
function launchChoice({ world, group, sizes }: Attempt, place: Place, most: number): number | AwsError {
  const { choice, market, zone } = place;
  try {
    const plan = planLaunch(world, groupParameters(world, group, place));
    const version = { templateId: choice.template.templateId, version: choice.version.version };
    const rows = launchInstances(world, plan, {
      least: 1,
      most: plan.interfaces.some(({ existingId }) => existingId) ? 1 : most,
      awsTags: { ...templateTags(version), 'aws:autoscaling:groupName': group.name },
      groupName: group.name,
      mayUseKey: (arn) => mayUseKey(world, arn),
    });
    const cause = causeOf(world, group, totalOf(sizes));
    for (const { instanceId, subnetId, instanceType } of rows) {
      const { activityId } = beginActivity(world, {
        groupName: group.name,
        description: `Launching a new EC2 instance: ${instanceId}`,
        cause,
        details: { subnetId, zone },
      });
      putMember(world, {
        instanceId,
        groupName: group.name,
        zone,
        instanceType,
        market,
        template: { id: version.templateId, name: choice.template.name, version: String(version.version) },
        state: 'Pending',
        healthy: true,
        protected: group.newInstancesProtected,
        launchedAt: nowOf(world),
        activity: activityId,
        actions: {},
      });
    }
    sizes.set(zone, (sizes.get(zone) ?? 0) + rows.length);
    return rows.length;
  } catch (error) {
    return asAwsError(error);
  }
}

function causeOf(world: World, group: GroupRow, size: number): string {
  return `${group.desiredBecause}  At ${timeInCause(nowOf(world))} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${size} to ${group.desired}.`;
}

function recordFailure({ world, group, sizes }: Attempt, zone: string, failure: AwsError): void {
  const begun = beginActivity(world, {
    groupName: group.name,
    description: 'Launching a new EC2 instance',
    cause: causeOf(world, group, totalOf(sizes)),
    details: { subnetId: roomiestSubnet(world, group, zone), zone },
  });
  const activity = endActivity(world, begun, 'Failed', `${failure.message} Launching EC2 instance failed.`);
  if (activity) announceActivity(world, 'Launch', 'Unsuccessful', activity, undefined);
}

const totalOf = (sizes: ReadonlyMap<string, number>) => [...sizes.values()].reduce((sum, size) => sum + size, 0);

/** Only what AWS answers is a failed launch; anything else is a fault of the model and must be seen. */
function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  throw error;
}
