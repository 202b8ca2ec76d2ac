import { impairedSince } from '../ec2/capacityFaults.ts';
import { groupInstanceJob } from '../ec2/instanceLifecycle.ts';
import { instanceState, instances } from '../ec2/instances.ts';
import { nowOf, type World } from '../world.ts';
import { endActivity, setActivityStatus, timeInCause } from './activities.ts';
import { announceActivity } from './groupEvents.ts';
import { groups } from './groups.ts';
import { wake } from './groupWakes.ts';
import { type ActionTimeout, beginActions } from './lifecycleActions.ts';
import { findMember, isLeaving, type MemberRow, putMember } from './members.ts';
import { beginTermination, endTermination, proceedTermination } from './termination.ts';

interface InstanceChange {
  readonly instanceId: string;
  /** The health check has had the time to see it. */
  readonly noticed?: boolean;
}

/** EC2 says that something became of an instance: it runs, it is gone, it does not answer. */
export function memberChanged(world: World, { instanceId, noticed = false }: InstanceChange): void {
  const member = findMember(world, instanceId);
  if (!member) return;
  const instance = instances(world).get(instanceId);
  const state = instance ? instanceState(world, instance) : 'terminated';
  if (isLeaving(member)) {
    if (state === 'terminated' && member.state !== 'Terminating:Wait') endTermination(world, member);
    return;
  }
  if (state === 'pending') return;
  if (state === 'running' && member.state === 'Pending') launched(world, member);
  if (state === 'running' && instance && impairedSince(world, instance) === undefined) return;
  if (noticed || (member.state === 'Pending' && state === 'terminated')) {
    replaceUnhealthy(world, member);
    return;
  }
  const usual = world.delays.of('groupReplacesInstance');
  const grace = state === 'running' ? gracePeriodLeft(world, member) : 0;
  world.jobs.schedule(groupInstanceJob, Math.max(usual, grace), { instanceId, noticed: true });
}

/** Status checks count only after the grace period; an instance that is not running is replaced without. */
function gracePeriodLeft(world: World, { groupName, launchedAt }: MemberRow): number {
  const seconds = groups(world).get(groupName)?.gracePeriodSeconds ?? 0;
  return launchedAt + seconds * 1000 - nowOf(world);
}

/** The instance runs: it waits for the launching hooks, or is in service at once. */
function launched(world: World, member: MemberRow): void {
  const waiting = beginActions(world, member, 'autoscaling:EC2_INSTANCE_LAUNCHING');
  if (waiting) setActivityStatus(world, member.groupName, member.activity, 'MidLifecycleAction');
  else enterService(world, member);
}

function enterService(world: World, member: MemberRow): void {
  putMember(world, { ...member, state: 'InService', actions: {} });
  const activity = endActivity(world, { groupName: member.groupName, activityId: member.activity }, 'Successful');
  if (activity) announceActivity(world, 'Launch', 'Successful', activity, member.instanceId);
}

/** An instance that fails its health check is terminated and another takes its place. */
export function replaceUnhealthy(world: World, member: MemberRow): void {
  const group = groups(world).get(member.groupName);
  if (!group || group.suspended.HealthCheck !== undefined) return;
  const unhealthy = putMember(world, { ...member, healthy: false });
  if (group.suspended.ReplaceUnhealthy !== undefined || group.suspended.Terminate !== undefined) return;
  const cause = `At ${timeInCause(nowOf(world))} an instance was taken out of service in response to an EC2 health check indicating it has been terminated or stopped.`;
  beginTermination(world, unhealthy, cause);
  wake(world, group.name, 0);
}

/** Someone completed a lifecycle action, or its time ran out. */
export function completeAction(
  world: World,
  member: MemberRow,
  hookName: string,
  result: 'CONTINUE' | 'ABANDON',
): void {
  const { [hookName]: completed, ...remaining } = member.actions;
  if (!completed) return;
  world.jobs.cancel(completed.timeoutJob);
  const abandoned = result === 'ABANDON';
  if (!abandoned && Object.keys(remaining).length > 0) {
    putMember(world, { ...member, actions: remaining });
    return;
  }
  for (const { timeoutJob } of Object.values(remaining)) world.jobs.cancel(timeoutJob);
  const done = putMember(world, { ...member, actions: {} });
  if (member.state === 'Terminating:Wait') proceedTermination(world, done);
  else if (abandoned) abandonLaunch(world, done);
  else enterService(world, done);
}

function abandonLaunch(world: World, member: MemberRow): void {
  const cause = `At ${timeInCause(nowOf(world))} an instance was taken out of service because its lifecycle action was abandoned.`;
  beginTermination(world, member, cause, 'Lifecycle action was abandoned or timed out');
  wake(world, member.groupName, 0);
}

/** The heartbeat ran out: the hook's default result applies. */
export function actionTimedOut(world: World, { instanceId, hookName, token }: ActionTimeout): void {
  const member = findMember(world, instanceId);
  if (member?.actions[hookName]?.token !== token) return;
  const hook = groups(world)
    .get(member.groupName)
    ?.hooks.find(({ name }) => name === hookName);
  completeAction(world, member, hookName, hook?.defaultResult ?? 'ABANDON');
}
