import type { MemberRow } from './members.ts';

/** How many members each zone holds. */
export function sizesOf(zones: readonly string[], members: readonly Pick<MemberRow, 'zone'>[]): Map<string, number> {
  const sizes = new Map(zones.map((zone) => [zone, 0]));
  for (const { zone } of members) sizes.set(zone, (sizes.get(zone) ?? 0) + 1);
  return sizes;
}

/** How many of `count` launches each zone gets, so that the zones hold equally many members. Zones in the order given win ties. */
export function balancedZones(
  zones: readonly string[],
  sizes: ReadonlyMap<string, number>,
  count: number,
): Map<string, number> {
  const after = new Map(sizes);
  const shares = new Map<string, number>();
  for (let launched = 0; launched < count; launched += 1) {
    const zone = zones.reduce((best, each) => ((after.get(each) ?? 0) < (after.get(best) ?? 0) ? each : best));
    after.set(zone, (after.get(zone) ?? 0) + 1);
    shares.set(zone, (shares.get(zone) ?? 0) + 1);
  }
  return shares;
}
