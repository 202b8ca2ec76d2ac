import { terminateInstance } from '../ec2/instanceLifecycle.ts';
import { instanceState, instances } from '../ec2/instances.ts';
import { roomInBucket, takeFromBucket, terminatedInstances } from '../ec2/resourceBuckets.ts';
import type { World } from '../world.ts';
import { beginActivity, endActivity, setActivityStatus } from './activities.ts';
import { announceActivity } from './groupEvents.ts';
import { groups } from './groups.ts';
import { wake } from './groupWakes.ts';
import { beginActions, cancelActions } from './lifecycleActions.ts';
import { forgetMember, type MemberRow, membersOf, putMember } from './members.ts';

/** How many more instances EC2 lets Auto Scaling terminate now. */
export const roomToTerminate = (world: World): number => roomInBucket(world, terminatedInstances);

/** A member leaves: first the terminating hooks, then EC2. Returns the activity's id. `launchMessage` says why a launch did not come to its end. */
export function beginTermination(world: World, member: MemberRow, cause: string, launchMessage?: string): string {
  cancelActions(world, member);
  const activity = beginActivity(world, {
    groupName: member.groupName,
    description: `Terminating EC2 instance: ${member.instanceId}`,
    cause,
    details: { subnetId: instances(world).get(member.instanceId)?.subnetId, zone: member.zone },
  });
  if (member.state.startsWith('Pending')) cancelLaunch(world, member, launchMessage);
  const leaving = putMember(world, { ...member, state: 'Terminating', activity: activity.activityId, actions: {} });
  const group = groups(world).get(member.groupName);
  const waiting = group?.deleting ? undefined : beginActions(world, leaving, 'autoscaling:EC2_INSTANCE_TERMINATING');
  if (waiting) setActivityStatus(world, member.groupName, activity.activityId, 'MidLifecycleAction');
  else proceedTermination(world, leaving);
  return activity.activityId;
}

const becameUnhealthy = 'Instance became unhealthy while waiting for instance to be in InService state.';

/** The launch of an instance that never came into service ends with it. */
function cancelLaunch(world: World, member: MemberRow, launchMessage: string | undefined): void {
  const reason = instances(world).get(member.instanceId)?.stateReason?.message;
  const message = launchMessage ?? (reason && `${becameUnhealthy} Termination Reason: ${reason}`);
  const launch = { groupName: member.groupName, activityId: member.activity };
  const activity = endActivity(world, launch, 'Cancelled', message);
  if (activity) announceActivity(world, 'Launch', 'Unsuccessful', activity, member.instanceId);
}

/** Nothing waits any more: EC2 terminates the instance, unless someone did so already. */
export function proceedTermination(world: World, member: MemberRow): void {
  const leaving = putMember(world, { ...member, state: 'Terminating:Proceed', actions: {} });
  setActivityStatus(world, member.groupName, member.activity, 'InProgress');
  const instance = instances(world).get(member.instanceId);
  if (!instance || instanceState(world, instance) === 'terminated') {
    endTermination(world, leaving);
    return;
  }
  if (instance.terminating) return;
  takeFromBucket(world, terminatedInstances, 1);
  const message = 'Client.UserInitiatedShutdown: User initiated shutdown';
  terminateInstance(world, instance, { reason: { code: 'Client.UserInitiatedShutdown', message } });
}

/** A group that is deleted waits for nobody: every terminating hook counts as completed. */
export function stopWaiting(world: World, groupName: string): void {
  for (const member of [...membersOf(world, groupName).rows()]) {
    if (member.state !== 'Terminating:Wait') continue;
    cancelActions(world, member);
    proceedTermination(world, member);
  }
}

/** EC2 has terminated the instance: it is no member any more. */
export function endTermination(world: World, member: MemberRow): void {
  forgetMember(world, member);
  const activity = endActivity(world, { groupName: member.groupName, activityId: member.activity }, 'Successful');
  if (activity) announceActivity(world, 'Terminate', 'Successful', activity, member.instanceId);
  const isLast = membersOf(world, member.groupName).size === 0;
  if (isLast && groups(world).get(member.groupName)?.deleting) wake(world, member.groupName, 0);
}
