import { nowOf, type World } from '../world.ts';
import { timeInCause } from './activities.ts';
import type { GroupRow, TerminationPolicy } from './groups.ts';
import { lookOnceMore, wake } from './groupWakes.ts';
import { type MemberRow, stayingMembers } from './members.ts';
import { beginTermination, roomToTerminate } from './termination.ts';

/** While EC2's bucket of terminations is empty, the group waits this long. */
const bucketPause = 5_000;

/** Terminates what the group has too much: from the fullest zone, as its termination policy says, never what is protected. */
export function terminateExcess(world: World, group: GroupRow): void {
  const staying = stayingMembers(world, group.name);
  const candidates = staying.filter((member) => group.deleting || !member.protected);
  const excess = Math.min(staying.length - group.desired, candidates.length);
  const room = roomToTerminate(world);
  if (room < excess) wake(world, group.name, bucketPause);
  const now = timeInCause(nowOf(world));
  for (const chosen of chosenMembers(candidates, group.terminationPolicies, Math.min(excess, room))) {
    const cause = `${group.desiredBecause}  At ${now} an instance was taken out of service in response to a difference between desired and actual capacity, shrinking the capacity from ${staying.length} to ${group.desired}.  At ${now} instance ${chosen.instanceId} was selected for termination.`;
    beginTermination(world, chosen, cause);
  }
  if (excess > 0 && !group.deleting) lookOnceMore(world, group.name);
}

function chosenMembers(
  members: readonly MemberRow[],
  [policy = 'Default']: readonly TerminationPolicy[],
  count: number,
): MemberRow[] {
  const inOrder = [...members].sort(byPolicy[policy]);
  const zones = [...new Set(inOrder.map(({ zone }) => zone))];
  const waiting = zones.map((zone) => inOrder.filter((member) => member.zone === zone));
  return Array.from({ length: count }, () => {
    const fullest = waiting.reduce((best, each) => (each.length > best.length ? each : best), waiting[0] ?? []);
    return fullest.shift();
  }).filter((member) => member !== undefined);
}

type Order = (left: MemberRow, right: MemberRow) => number;

const oldestFirst: Order = (left, right) => left.launchedAt - right.launchedAt;
const oldestVersionFirst: Order = (left, right) =>
  Number(left.template.version) - Number(right.template.version) || oldestFirst(left, right);

/** Default: the oldest template version, then the instance closest to the next billing hour, which per-second billing made the oldest. */
const byPolicy: Readonly<Record<TerminationPolicy, Order>> = {
  Default: oldestVersionFirst,
  OldestLaunchTemplate: oldestVersionFirst,
  OldestInstance: oldestFirst,
  NewestInstance: (left, right) => oldestFirst(right, left),
};
