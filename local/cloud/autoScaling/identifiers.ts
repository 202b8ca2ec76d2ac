import type { World } from '../world.ts';

/** A UUID, as Auto Scaling names activities, lifecycle actions and groups. */
export function newUuid(world: World): string {
  const hex = world.random.hex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
