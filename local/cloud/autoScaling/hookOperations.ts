import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { existingGroup } from './desiredCapacity.ts';
import { validationError } from './errors.ts';
import { accessToAll, accessToGroup } from './groupAccess.ts';
import { groupOf, updateGroup } from './groups.ts';
import { type ActionTimeout, actionTimeoutJob } from './lifecycleActions.ts';
import { hookFields, hookFrom, shownHook, transitionInput } from './lifecycleHooks.ts';
import { completeAction } from './memberChanges.ts';
import { findMember, type MemberRow, membersOf, putMember } from './members.ts';

/** Source: Auto Scaling quotas: lifecycle hooks per group. */
const maxHooks = 50;

export const PutLifecycleHook = operation({
  input: z.strictObject({
    ...hookFields,
    AutoScalingGroupName: z.string(),
    LifecycleTransition: transitionInput.optional(),
  }),
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'PutLifecycleHook', AutoScalingGroupName),
  run: (world, { AutoScalingGroupName, ...request }) => {
    const group = existingGroup(world, AutoScalingGroupName);
    const existing = group.hooks.find(({ name }) => name === request.LifecycleHookName);
    const others = group.hooks.filter((hook) => hook !== existing);
    if (others.length >= maxHooks) throw new AwsError('LimitExceeded', 'You have reached the limit of lifecycle hooks');
    updateGroup(world, group.name, { hooks: [...others, hookFrom(request, existing)] });
    return {};
  },
});

export const DeleteLifecycleHook = operation({
  input: z.strictObject({ AutoScalingGroupName: z.string(), LifecycleHookName: z.string() }),
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'DeleteLifecycleHook', AutoScalingGroupName),
  run: (world, { AutoScalingGroupName, LifecycleHookName }) => {
    const group = existingGroup(world, AutoScalingGroupName);
    const hooks = group.hooks.filter(({ name }) => name !== LifecycleHookName);
    if (hooks.length === group.hooks.length)
      throw validationError(`No Lifecycle Hook found with name: ${LifecycleHookName}`);
    updateGroup(world, group.name, { hooks });
    // Outstanding actions complete with ABANDON while launching and CONTINUE while terminating (source: API reference).
    for (const member of [...membersOf(world, group.name).rows()]) {
      const result = member.state === 'Pending:Wait' ? 'ABANDON' : 'CONTINUE';
      if (member.actions[LifecycleHookName]) completeAction(world, member, LifecycleHookName, result);
    }
    return {};
  },
});

export const DescribeLifecycleHooks = operation({
  input: z.strictObject({ AutoScalingGroupName: z.string(), LifecycleHookNames: z.array(z.string()).optional() }),
  access: () => accessToAll('DescribeLifecycleHooks'),
  run: (world, { AutoScalingGroupName, LifecycleHookNames: names }) => {
    const group = groupOf(world, AutoScalingGroupName);
    const hooks = group.hooks.filter(({ name }) => names?.includes(name) ?? true);
    return { LifecycleHooks: hooks.map((hook) => shownHook(group.name, hook)) };
  },
});

const actionName = {
  AutoScalingGroupName: z.string(),
  LifecycleHookName: z.string(),
  InstanceId: z.string().optional(),
  LifecycleActionToken: z.string().optional(),
};

export const CompleteLifecycleAction = operation({
  input: z.strictObject({ ...actionName, LifecycleActionResult: z.enum(['CONTINUE', 'ABANDON']) }),
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'CompleteLifecycleAction', AutoScalingGroupName),
  run: (world, request) => {
    const member = waitingMember(world, request);
    completeAction(world, member, request.LifecycleHookName, request.LifecycleActionResult);
    return {};
  },
});

export const RecordLifecycleActionHeartbeat = operation({
  input: z.strictObject(actionName),
  access: (world, { AutoScalingGroupName }) =>
    accessToGroup(world, 'RecordLifecycleActionHeartbeat', AutoScalingGroupName),
  run: (world, request) => {
    const member = waitingMember(world, request);
    const hookName = request.LifecycleHookName;
    const hook = groupOf(world, member.groupName).hooks.find(({ name }) => name === hookName);
    const action = member.actions[hookName];
    if (!hook || !action) throw noAction(request);
    world.jobs.cancel(action.timeoutJob);
    const wait = Math.max(0, Math.min(hook.heartbeatSeconds * 1000, action.latestEnd - nowOf(world)));
    const timeout: ActionTimeout = { instanceId: member.instanceId, hookName, token: action.token };
    const timeoutJob = world.jobs.schedule(actionTimeoutJob, wait, timeout);
    putMember(world, { ...member, actions: { ...member.actions, [hookName]: { ...action, timeoutJob } } });
    return {};
  },
});

interface NamedAction {
  readonly AutoScalingGroupName: string;
  readonly LifecycleHookName: string;
  readonly InstanceId?: string | undefined;
  readonly LifecycleActionToken?: string | undefined;
}

/** The instance whose action a request names, by its id or by the action's token. */
function waitingMember(world: World, request: NamedAction): MemberRow {
  const { LifecycleHookName: hookName, InstanceId, LifecycleActionToken: token } = request;
  const group = groupOf(world, request.AutoScalingGroupName);
  if (group.hooks.every(({ name }) => name !== hookName)) {
    throw validationError(`No Lifecycle Hook found with name: ${hookName}`);
  }
  if (InstanceId === undefined && token === undefined) {
    throw validationError('Either InstanceId or LifecycleActionToken must be specified.');
  }
  const member =
    InstanceId === undefined
      ? [...membersOf(world, group.name).rows()].find(({ actions }) => actions[hookName]?.token === token)
      : findMember(world, InstanceId);
  const action = member?.groupName === group.name ? member.actions[hookName] : undefined;
  if (!member || !action || (token !== undefined && action.token !== token)) throw noAction(request);
  return member;
}

function noAction({ InstanceId, LifecycleActionToken }: NamedAction): AwsError {
  return validationError(
    InstanceId === undefined
      ? `No active Lifecycle Action found with token ${LifecycleActionToken}`
      : `No active Lifecycle Action found with instance ID ${InstanceId}`,
  );
}
