import { nowOf, type World } from '../world.ts';

/**
 * EC2 is eventually consistent: for a while after a create, Describe does not find the id and lists and filters leave the
 * resource out, while calls that name the id to change or use it succeed. The times are drawn once, at creation.
 */
export interface Visible {
  readonly createdAt: number;
  readonly visibleByIdAt: number;
  readonly listedAt: number;
}

/** The times for a row created now. Spread into the row. */
export function visibleSoon(world: World): Visible {
  const createdAt = nowOf(world);
  return {
    createdAt,
    visibleByIdAt: createdAt + world.delays.of('idVisibility'),
    listedAt: createdAt + world.delays.of('tagVisibility'),
  };
}

/** Whether Describe finds the row by its id. */
export const isVisibleById = (world: World, row: Visible): boolean => row.visibleByIdAt <= nowOf(world);

/** Whether Describe lists the row when no id is given, with or without filters. */
export const isListed = (world: World, row: Visible): boolean => row.listedAt <= nowOf(world);
