import { nowOf, tableOf, type World } from '../world.ts';

/** Room that EC2 still has for a type in a zone. Without a row it has room for everything. */
export interface CapacityFault {
  /** How many instances may still be launched; 0 means InsufficientInstanceCapacity at once. */
  readonly remaining: number;
}

/** Keyed by `zone/type`, either part may be `*`: `us-east-1a/m7g.large`, `us-east-1b/*`. Tests put rows into it. */
export const capacityFaults = tableOf<CapacityFault>('faults.capacity');

/** Types that a zone does not offer at all (Unsupported), keyed by `zone/type`. */
export const offeringFaults = tableOf<true>('faults.offerings');

/** Zones that are lost: what runs there does not answer, what is launched there fails. Keyed by zone name. */
export const zoneFaults = tableOf<{ readonly since: number }>('faults.zones');

/** Instances whose host is broken: running for EC2, impaired in their status checks. Keyed by instance id. */
export const instanceFaults = tableOf<{ readonly since: number }>('faults.instances');

const keysFor = (zone: string, type: string) => [`${zone}/${type}`, `${zone}/*`, `*/${type}`, '*/*'];

/** How many instances of the type EC2 would launch in the zone now. */
export function remainingCapacity(world: World, zone: string, type: string): number {
  if (zoneFaults(world).has(zone)) return 0;
  const remaining = keysFor(zone, type).map((key) => capacityFaults(world).get(key)?.remaining ?? Infinity);
  return Math.min(...remaining);
}

/** Takes launched instances from what remains. */
export function takeCapacity(world: World, zone: string, type: string, count: number): void {
  for (const key of keysFor(zone, type)) {
    const fault = capacityFaults(world).get(key);
    if (fault) capacityFaults(world).put(key, { remaining: fault.remaining - count });
  }
}

/** Whether the zone offers the type at all. */
export function isOffered(world: World, zone: string, type: string): boolean {
  return !offeringFaults(world).has(`${zone}/${type}`);
}

/** Since when the instance does not answer, because of its zone or its host; undefined while it does. */
export function impairedSince(world: World, instance: { instanceId: string; zone: string }): number | undefined {
  const since = [zoneFaults(world).get(instance.zone)?.since, instanceFaults(world).get(instance.instanceId)?.since];
  const known = since.filter((time) => time !== undefined && time <= nowOf(world));
  return known.length === 0 ? undefined : Math.min(...(known as number[]));
}
