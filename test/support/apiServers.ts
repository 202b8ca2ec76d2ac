import { targetGroups } from '../../local/cloud/elasticLoadBalancing/targetGroups.ts';
import { targetHealth } from '../../local/cloud/elasticLoadBalancing/targetHealth.ts';
import { targetsOf } from '../../local/cloud/elasticLoadBalancing/targets.ts';
import { type Change, Tables } from '../../local/cloud/tables.ts';
import type { World } from '../../local/cloud/world.ts';
import { type MachineRow, machines } from '../../local/machines/simulated/machineRows.ts';

/** How many API servers the load balancers of a world do not find healthy now. */
export const unhealthyApiServers = (world: World): number =>
  [...targetGroups(world).rows()]
    .flatMap((group) => targetsOf(world, group.arn).map((target) => targetHealth(world, group, target).State))
    .filter((state) => state !== 'healthy').length;

/** Watches a world from within: whatever is committed is an event, and health only ever gets worse with one. */
export interface Watched {
  readonly tables: Tables;
  /** From now on this world is looked at. */
  watch(world: World): void;
  /** The most API servers that were unhealthy at one event, and how many events there were. */
  readonly seen: { most: number; events: number };
}

export function watchedTables(): Watched {
  const seen = { most: 0, events: 0 };
  let watched: World | undefined;
  const journal = {
    append: async (_changes: readonly Change[]) => {
      if (watched === undefined) return;
      seen.events += 1;
      seen.most = Math.max(seen.most, unhealthyApiServers(watched));
    },
  };
  return {
    tables: new Tables(journal),
    watch(world) {
      watched = world;
    },
    seen,
  };
}

/** The machines of a world that run an API server, by address. */
export const mastersOf = (world: World): MachineRow[] =>
  [...machines(world).rows()]
    .filter(({ current }) => current?.['kube-apiserver'] !== undefined)
    .sort((one, other) => (one.address < other.address ? -1 : 1));
