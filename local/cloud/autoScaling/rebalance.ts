import { remainingCapacity } from '../ec2/capacityFaults.ts';
import type { World } from '../world.ts';
import type { GroupRow } from './groups.ts';
import { wake } from './groupWakes.ts';
import { type MemberRow, stayingMembers } from './members.ts';
import { sizesOf } from './zoneBalance.ts';
import { launchOverZones } from './zoneLaunch.ts';

/** How often an unbalanced group looks whether a zone has room again (estimated). */
const lookEvery = 10 * 60_000;

/** New instances are in service before old ones go (estimated). */
const terminateAfter = 60_000;

/** Rebalancing may exceed the maximum by a tenth, or one (source: Auto Scaling user guide, "Rebalancing activities"). */
const maxExtra = 0.1;

const needed = ['AZRebalance', 'Launch', 'Terminate'];

/**
 * AZRebalance: launches where the group holds least, so that what is too much elsewhere is terminated afterwards, healthy
 * and undrained as it is. Groups of nodes suspend it for that reason.
 */
export function rebalance(world: World, group: GroupRow): void {
  const staying = stayingMembers(world, group.name);
  const sizes = sizesOf(group.zones, staying);
  const emptiest = zoneBy(sizes, (left, right) => left < right);
  const fullest = zoneBy(sizes, (left, right) => left > right);
  const difference = (sizes.get(fullest) ?? 0) - (sizes.get(emptiest) ?? 0);
  const isSuspended = needed.some((process) => group.suspended[process] !== undefined);
  if (difference < 2 || isSuspended || !mayShrink(staying, fullest)) return;
  if (!hasRoom(world, emptiest, staying)) {
    wake(world, group.name, lookEvery);
    return;
  }
  const count = Math.min(Math.floor(difference / 2), Math.max(1, Math.floor(group.maxSize * maxExtra)));
  launchOverZones(world, { ...group, zones: [emptiest] }, staying, count);
  wake(world, group.name, terminateAfter);
}

function zoneBy(sizes: ReadonlyMap<string, number>, isBetter: (left: number, right: number) => boolean): string {
  const [first = ['', 0], ...others] = [...sizes];
  return others.reduce((best, each) => (isBetter(each[1], best[1]) ? each : best), first)[0];
}

const mayShrink = (staying: readonly MemberRow[], zone: string) =>
  staying.some((member) => member.zone === zone && !member.protected);

/** Room for one of the types that the group has. */
const hasRoom = (world: World, zone: string, staying: readonly MemberRow[]) =>
  staying.some(({ instanceType }) => remainingCapacity(world, zone, instanceType) > 0);
