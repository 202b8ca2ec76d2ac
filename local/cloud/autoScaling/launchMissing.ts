import { launchedInstances, roomInBucket } from '../ec2/resourceBuckets.ts';
import { nowOf, type World } from '../world.ts';
import { type GroupRow, updateGroup } from './groups.ts';
import { lookOnceMore, wake } from './groupWakes.ts';
import { stayingMembers } from './members.ts';
import { launchOverZones } from './zoneLaunch.ts';

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

  const launched = launchOverZones(world, group, staying, granted);
  if (launched < granted) tryAgainLater(world, group, launched > 0);
  else if (granted > 0 && group.failure) updateGroup(world, group.name, { failure: undefined });
  if (launched === missing) lookOnceMore(world, group.name);
}

function tryAgainLater(world: World, group: GroupRow, someLaunched: boolean): void {
  const now = nowOf(world);
  const before = someLaunched ? undefined : group.failure;
  const failure = { since: before?.since ?? now, attempts: (before?.attempts ?? 0) + 1 };
  updateGroup(world, group.name, { failure });
  if (now - failure.since >= givenUpAfter) suspendLaunches(world, group);
  else wake(world, group.name, Math.min(slowestRetry, firstRetry * 2 ** (failure.attempts - 1)));
}

function suspendLaunches(world: World, group: GroupRow): void {
  const reason = `Administrative suspension: launches of ${group.name} failed for 24 hours`;
  updateGroup(world, group.name, { suspended: { ...group.suspended, Launch: reason } });
}
