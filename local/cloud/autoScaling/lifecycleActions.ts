import { nowOf, type World } from '../world.ts';
import { announceAction } from './groupEvents.ts';
import { groups } from './groups.ts';
import { newUuid } from './identifiers.ts';
import { longestWaitSeconds, type Transition } from './lifecycleHooks.ts';
import { type LifecycleAction, type MemberRow, putMember } from './members.ts';

export const actionTimeoutJob = 'autoscaling.actionTimeout';

export interface ActionTimeout {
  readonly instanceId: string;
  readonly hookName: string;
  readonly token: string;
}

/** Lets a member wait for every hook of this transition; undefined where the group has none. */
export function beginActions(world: World, member: MemberRow, transition: Transition): MemberRow | undefined {
  const hooks =
    groups(world)
      .get(member.groupName)
      ?.hooks.filter((hook) => hook.transition === transition) ?? [];
  if (hooks.length === 0) return undefined;
  const { instanceId, groupName } = member;
  const actions: Record<string, LifecycleAction> = {};
  for (const hook of hooks) {
    const token = newUuid(world);
    const timeout: ActionTimeout = { instanceId, hookName: hook.name, token };
    actions[hook.name] = {
      token,
      timeoutJob: world.jobs.schedule(actionTimeoutJob, hook.heartbeatSeconds * 1000, timeout),
      latestEnd: nowOf(world) + longestWaitSeconds(hook) * 1000,
    };
    announceAction(world, { groupName, instanceId, token, hook });
  }
  const state = transition === 'autoscaling:EC2_INSTANCE_LAUNCHING' ? 'Pending:Wait' : 'Terminating:Wait';
  return putMember(world, { ...member, state, actions });
}

/** Nobody is waited for any more. */
export function cancelActions(world: World, member: MemberRow): void {
  for (const { timeoutJob } of Object.values(member.actions)) world.jobs.cancel(timeoutJob);
}
