import { launchInstances } from '../ec2/launch.ts';
import { planLaunch } from '../ec2/launchPlan.ts';
import { launchedInstances, roomInBucket } from '../ec2/resourceBuckets.ts';
import { templateTags } from '../ec2/runInstances.ts';
import { AwsError } from '../errors.ts';
import { nowOf, type World } from '../world.ts';
import { beginActivity, endActivity, timeInCause } from './activities.ts';
import { announceActivity } from './groupEvents.ts';
import { type LaunchChoice, launchChoices, onDemandShare } from './groupLaunch.ts';
import { groupParameters, roomiestSubnet } from './groupParameters.ts';
import { type GroupRow, updateGroup } from './groups.ts';
import { type MemberRow, putMember, stayingMembers } from './members.ts';
import { wake } from './wakes.ts';
import { balancedZones } from './zoneBalance.ts';

/** While EC2's bucket of launches is empty, as much is awaited as these seconds refill: 20 instances. */
const bucketPauseSeconds = 10;

/** Auto Scaling tries again by itself: after half a minute, then more and more rarely (estimated). */
const firstRetry = 30_000;
const slowestRetry = 5 * 60_000;

/** A group whose launches failed for a day is suspended by AWS (source: Auto Scaling user guide, "Suspend and resume processes"). */
const givenUpAfter = 24 * 60 * 60_000;

/** Launches what the group lacks, as far as EC2 lets it. */
export function launchMissing(world: World, group: GroupRow): void {
  const staying = stayingMembers(world, group.name);
  const missing = group.desired - staying.length;
  const granted = Math.min(missing, roomInBucket(world, launchedInstances));
  if (granted < missing) wake(world, group.name, bucketPauseSeconds * 1000);

  const launched = launchUpTo(world, group, staying, granted);
  if (launched === granted) {
    if (granted > 0 && group.failure) updateGroup(world, group.name, { failure: undefined });
    return;
  }
  const attempts = launched > 0 ? 1 : (group.failure?.attempts ?? 0) + 1;
  const since = launched > 0 ? nowOf(world) : (group.failure?.since ?? nowOf(world));
  updateGroup(world, group.name, { failure: { since, attempts } });
  if (nowOf(world) - since >= givenUpAfter) suspendLaunches(world, group);
  else wake(world, group.name, Math.min(slowestRetry, firstRetry * 2 ** (attempts - 1)));
}

function launchUpTo(world: World, group: GroupRow, staying: readonly MemberRow[], count: number): number {
  const onDemand = staying.filter(({ market }) => market === 'on-demand').length;
  const onDemandWanted = onDemandShare(group.launch, staying.length + count);
  const onDemandCount = Math.min(count, Math.max(0, onDemandWanted - onDemand));
  const launch = { world, group, failedZones: new Set<string>() };
  const markets = [
    ['on-demand', onDemandCount],
    ['spot', count - onDemandCount],
  ] as const;
  return markets.reduce((sum, [market, most]) => sum + launchInZones(launch, market, most), 0);
}

interface Launch {
  readonly world: World;
  readonly group: GroupRow;
  /** Zones that had no room in this attempt. */
  readonly failedZones: Set<string>;
}

type Market = MemberRow['market'];

/** Spreads launches over the zones; what a zone has no room for goes to the others. */
function launchInZones(launch: Launch, market: Market, count: number): number {
  const { world, group, failedZones } = launch;
  let remaining = count;
  while (remaining > 0) {
    const zones = group.zones.filter((zone) => !failedZones.has(zone));
    if (zones.length === 0) break;
    const before = remaining;
    for (const [zone, share] of balancedZones(zones, stayingMembers(world, group.name), remaining)) {
      const launched = launchInZone(launch, market, zone, share);
      if (launched === 'stop') return count - remaining;
      if (launched < share) failedZones.add(zone);
      remaining -= launched;
    }
    if (remaining === before && failedZones.size === group.zones.length) break;
  }
  return count - remaining;
}

/** Failures that another type or zone may not have. */
const elsewhere = ['InsufficientInstanceCapacity', 'Unsupported', 'InsufficientFreeAddressesInSubnet'];

/** Launches in one zone, type after type. Says `stop` where no other zone would help. */
function launchInZone(launch: Launch, market: Market, zone: string, count: number): number | 'stop' {
  const { world, group } = launch;
  let launched = 0;
  let failure: AwsError | undefined;
  try {
    for (const choice of launchChoices(world, group.launch)) {
      if (launched === count) break;
      try {
        launched += launchChoiceInZone(launch, choice, market, zone, count - launched);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        failure = error;
        if (!elsewhere.includes(error.name)) break;
      }
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    failure = error;
  }
  if (launched === count || !failure) return launched;
  recordFailure(launch, zone, failure);
  return elsewhere.includes(failure.name) ? launched : 'stop';
}

function launchChoiceInZone(launch: Launch, choice: LaunchChoice, market: Market, zone: string, most: number): number {
  const { world, group } = launch;
  const plan = planLaunch(world, groupParameters(world, group, { choice, market, zone }));
  const version = { templateId: choice.template.templateId, version: choice.version.version };
  const rows = launchInstances(world, plan, {
    least: 1,
    most: plan.interfaces.some(({ existingId }) => existingId) ? 1 : most,
    awsTags: { ...templateTags(version), 'aws:autoscaling:groupName': group.name },
    groupName: group.name,
  });
  const before = stayingMembers(world, group.name).length;
  for (const { instanceId, subnetId, instanceType } of rows) {
    const { activityId } = beginActivity(world, {
      groupName: group.name,
      description: `Launching a new EC2 instance: ${instanceId}`,
      cause: causeOf(world, group, before),
      details: { subnetId, zone },
    });
    putMember(world, {
      instanceId,
      groupName: group.name,
      zone,
      instanceType,
      market,
      template: { id: choice.template.templateId, name: choice.template.name, version: String(choice.version.version) },
      state: 'Pending',
      healthy: true,
      protected: group.newInstancesProtected,
      launchedAt: nowOf(world),
      activity: activityId,
      actions: {},
    });
  }
  return rows.length;
}

function causeOf(world: World, group: GroupRow, size: number): string {
  return `${group.desiredBecause}  At ${timeInCause(nowOf(world))} an instance was started in response to a difference between desired and actual capacity, increasing the capacity from ${size} to ${group.desired}.`;
}

function recordFailure({ world, group }: Launch, zone: string, failure: AwsError): void {
  const size = stayingMembers(world, group.name).length;
  const begun = beginActivity(world, {
    groupName: group.name,
    description: 'Launching a new EC2 instance',
    cause: causeOf(world, group, size),
    details: { subnetId: roomiestSubnet(world, group, zone), zone },
  });
  const activity = endActivity(world, begun, 'Failed', `${failure.message} Launching EC2 instance failed.`);
  if (activity) announceActivity(world, 'Launch', 'Unsuccessful', activity, undefined);
}

function suspendLaunches(world: World, group: GroupRow): void {
  const reason = `Administrative suspension: launches of ${group.name} failed for 24 hours`;
  updateGroup(world, group.name, { suspended: { ...group.suspended, Launch: reason } });
}
