import { nowOf, tableOf, type World } from '../world.ts';

/** When a group next looks whether it has what it wants, by group name. */
const wakes = tableOf<{ readonly job: string; readonly at: number }>('autoscaling.wakes');

export const wakeJob = 'autoscaling.wake';

/** Lets the group look at itself after this time, or earlier if that is planned already. */
export function wake(world: World, groupName: string, afterMilliseconds: number): void {
  const at = nowOf(world) + afterMilliseconds;
  const planned = wakes(world).get(groupName);
  if (planned && planned.at <= at) return;
  if (planned) world.jobs.cancel(planned.job);
  wakes(world).put(groupName, { job: world.jobs.schedule(wakeJob, afterMilliseconds, { groupName }), at });
}

/** How long after a change a group sees whether its zones hold equally many (estimated). */
const settledAfter = 5 * 60_000;

/** The group has what it wants in number; later it looks whether the instances are where they belong. */
export function lookOnceMore(world: World, groupName: string): void {
  wake(world, groupName, settledAfter);
}

/** The group is awake: the next wake is planned again. */
export function woken(world: World, groupName: string): void {
  wakes(world).delete(groupName);
}
