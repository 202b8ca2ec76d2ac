import type { MemberRow } from './members.ts';

/** How many of `count` launches each zone gets, so that the zones hold equally many members. Zones in the order given win ties. */
export function balancedZones(
  zones: readonly string[],
  members: readonly Pick<MemberRow, 'zone'>[],
  count: number,
): Map<string, number> {
  const sizes = new Map(zones.map((zone) => [zone, members.filter((member) => member.zone === zone).length]));
  const shares = new Map<string, number>();
  for (let launched = 0; launched < count; launched += 1) {
    const zone = zones.reduce((best, each) => ((sizes.get(each) ?? 0) < (sizes.get(best) ?? 0) ? each : best));
    sizes.set(zone, (sizes.get(zone) ?? 0) + 1);
    shares.set(zone, (shares.get(zone) ?? 0) + 1);
  }
  return shares;
}
