import { groupInstanceJob } from '../ec2/instanceLifecycle.ts';
import type { World } from '../world.ts';
import { activitiesOf } from './activities.ts';
import { groups } from './groups.ts';
import { wakeJob, woken } from './groupWakes.ts';
import { launchMissing } from './launchMissing.ts';
import { actionTimeoutJob } from './lifecycleActions.ts';
import { actionTimedOut, memberChanged } from './memberChanges.ts';
import { membersOf, stayingMembers } from './members.ts';
import { rebalance } from './rebalance.ts';
import { terminateExcess } from './scaleIn.ts';

const groupGoneJob = 'autoscaling.groupGone';

interface Named {
  readonly groupName: string;
}

/** What the world does by itself with groups. Called once, when a world is put together. */
export function defineAutoScalingJobs(world: World): void {
  world.jobs.define(wakeJob, ({ groupName }: Named) => lookAt(world, groupName));
  world.jobs.define(groupInstanceJob, (change: Parameters<typeof memberChanged>[1]) => memberChanged(world, change));
  world.jobs.define(actionTimeoutJob, (timeout: Parameters<typeof actionTimedOut>[1]) =>
    actionTimedOut(world, timeout),
  );
  world.jobs.define(groupGoneJob, ({ groupName, arn }: Named & { arn: string }) => {
    if (groups(world).get(groupName)?.arn !== arn) return;
    groups(world).delete(groupName);
    const activities = activitiesOf(world, groupName);
    for (const { activityId } of [...activities.rows()]) activities.delete(activityId);
  });
}

/** The group compares what it has with what it wants. */
function lookAt(world: World, groupName: string): void {
  woken(world, groupName);
  const group = groups(world).get(groupName);
  if (!group) return;
  if (group.deleting && membersOf(world, groupName).size === 0) {
    world.jobs.schedule(groupGoneJob, world.delays.of('groupDeleted'), { groupName, arn: group.arn });
    return;
  }
  const size = stayingMembers(world, groupName).length;
  if (size < group.desired && group.suspended.Launch === undefined) launchMissing(world, group);
  if (size > group.desired && (group.suspended.Terminate === undefined || group.deleting))
    terminateExcess(world, group);
  if (size === group.desired) rebalance(world, group);
}
