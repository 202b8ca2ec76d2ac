import * as z from 'zod';
import { instances } from '../ec2/instances.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { activitiesOf, beginActivity, endActivity, shownActivity, timeInCause } from './activities.ts';
import { desiredFields, existingGroup } from './desiredCapacity.ts';
import { validationError } from './errors.ts';
import { accessToAll, accessToGroup } from './groupAccess.ts';
import { groups, updateGroup } from './groups.ts';
import { wake } from './groupWakes.ts';
import { replaceUnhealthy } from './memberChanges.ts';
import {
  findMember,
  forgetMember,
  groupOfInstance,
  isLeaving,
  type MemberRow,
  memberOf,
  membersOf,
  putMember,
} from './members.ts';
import { pageInput, pageOf } from './paging.ts';
import { shownMember } from './shownMember.ts';
import { beginTermination } from './termination.ts';

export const TerminateInstanceInAutoScalingGroup = operation({
  input: z.strictObject({ InstanceId: z.string(), ShouldDecrementDesiredCapacity: z.boolean() }),
  access: (world, { InstanceId }) => accessToMember(world, 'TerminateInstanceInAutoScalingGroup', InstanceId),
  run: (world, { InstanceId, ShouldDecrementDesiredCapacity: decrement }) => {
    const member = memberOf(world, InstanceId);
    if (isLeaving(member))
      throw validationError(`The instance ${InstanceId} is not in InService or Standby or Terminating or Pending.`);
    const group = existingGroup(world, member.groupName);
    if (decrement && group.desired - 1 < group.minSize) {
      throw validationError(
        `Currently, desiredSize equals minSize (${group.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
      );
    }
    const reason = `user request of TerminateInstanceInAutoScalingGroup`;
    if (decrement) updateGroup(world, group.name, desiredFields(world, group, group.desired - 1, reason));
    const shrinking = decrement ? `, shrinking the capacity from ${group.desired} to ${group.desired - 1}` : '';
    const cause = `At ${timeInCause(nowOf(world))} instance ${InstanceId} was taken out of service in response to a user request${shrinking}.`;
    const activityId = beginTermination(world, member, cause);
    wake(world, group.name, world.delays.of('groupReacts'));
    const activity = activitiesOf(world, group.name).get(activityId);
    return { Activity: activity && shownActivity(world, activity) };
  },
});

/** Source: Auto Scaling API reference: ids a call of DetachInstances and of SetInstanceProtection. */
const maxDetached = 20;
const maxProtected = 50;

export const DetachInstances = operation({
  input: z.strictObject({
    AutoScalingGroupName: z.string(),
    InstanceIds: z.array(z.string()).min(1).max(maxDetached),
    ShouldDecrementDesiredCapacity: z.boolean(),
  }),
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'DetachInstances', AutoScalingGroupName),
  run: (world, { AutoScalingGroupName, InstanceIds, ShouldDecrementDesiredCapacity: decrement }) => {
    const group = existingGroup(world, AutoScalingGroupName);
    const members = InstanceIds.map((id) => memberInGroup(world, group.name, id));
    for (const { instanceId, state } of members) {
      if (state !== 'InService') throw validationError(`The instance ${instanceId} is not in InService or Standby.`);
    }
    const desired = group.desired - members.length;
    if (decrement && desired < group.minSize) {
      throw validationError(
        `AutoScalingGroup ${group.name} has min-size=${group.minSize}, max-size=${group.maxSize}, and desired-size=${group.desired}. To place into standby or detach, decrease the min size.`,
      );
    }
    if (decrement)
      updateGroup(world, group.name, desiredFields(world, group, desired, 'user request of DetachInstances'));
    const activities = members.map((member) => detach(world, member));
    wake(world, group.name, world.delays.of('groupReacts'));
    return { Activities: activities };
  },
});

export const SetInstanceProtection = operation({
  input: z.strictObject({
    AutoScalingGroupName: z.string(),
    InstanceIds: z.array(z.string()).min(1).max(maxProtected),
    ProtectedFromScaleIn: z.boolean(),
  }),
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'SetInstanceProtection', AutoScalingGroupName),
  run: (world, { AutoScalingGroupName, InstanceIds, ProtectedFromScaleIn }) => {
    const group = existingGroup(world, AutoScalingGroupName);
    const members = InstanceIds.map((id) => memberInGroup(world, group.name, id));
    const leaving = members.find(isLeaving);
    if (leaving)
      throw validationError(`The instance ${leaving.instanceId} is not in InService or EnteringStandby or Standby.`);
    for (const member of members) putMember(world, { ...member, protected: ProtectedFromScaleIn });
    if (!ProtectedFromScaleIn) wake(world, group.name, world.delays.of('groupReacts'));
    return {};
  },
});

export const SetInstanceHealth = operation({
  input: z.strictObject({
    InstanceId: z.string(),
    HealthStatus: z.enum(['Healthy', 'Unhealthy']),
    ShouldRespectGracePeriod: z.boolean().default(true),
  }),
  access: (world, { InstanceId }) => accessToMember(world, 'SetInstanceHealth', InstanceId),
  run: (world, { InstanceId, HealthStatus, ShouldRespectGracePeriod }) => {
    const member = memberOf(world, InstanceId);
    const group = existingGroup(world, member.groupName);
    if (HealthStatus === 'Healthy') {
      putMember(world, { ...member, healthy: true });
      return {};
    }
    const inGrace = nowOf(world) < member.launchedAt + group.gracePeriodSeconds * 1000;
    if (isLeaving(member) || (ShouldRespectGracePeriod && inGrace)) return {};
    replaceUnhealthy(world, member);
    return {};
  },
});

/** Source: Auto Scaling API reference, DescribeAutoScalingInstances: 50 records, no more. */
const pages = { usual: 50, most: 50 };

export const DescribeAutoScalingInstances = operation({
  input: z.strictObject({ ...pageInput, InstanceIds: z.array(z.string()).max(50).optional() }),
  access: () => accessToAll('DescribeAutoScalingInstances'),
  run: (world, request) => {
    const ids = request.InstanceIds ?? [...groupOfInstance(world).entries()].map(([id]) => id);
    const { rows, nextToken } = pageOf(ids, request, (id) => id, pages);
    const members = rows.flatMap((id) => findMember(world, id) ?? []);
    return {
      AutoScalingInstances: members.map((member) => ({
        ...shownMember(member),
        AutoScalingGroupName: member.groupName,
        HealthStatus: member.healthy ? 'HEALTHY' : 'UNHEALTHY',
      })),
      NextToken: nextToken,
    };
  },
});

function accessToMember(world: World, action: string, instanceId: string) {
  const groupName = groupOfInstance(world).get(instanceId);
  return accessToGroup(world, action, groupName ?? '*');
}

function memberInGroup(world: World, groupName: string, instanceId: string): MemberRow {
  const member = membersOf(world, groupName).get(instanceId);
  if (!member) throw validationError(`The instance ${instanceId} is not part of Auto Scaling group ${groupName}.`);
  return member;
}

/** The instance runs on, and belongs to no group. */
function detach(world: World, member: MemberRow) {
  const instance = instances(world).get(member.instanceId);
  const begun = beginActivity(world, {
    groupName: member.groupName,
    description: `Detaching EC2 instance: ${member.instanceId}`,
    cause: `At ${timeInCause(nowOf(world))} instance ${member.instanceId} was detached in response to a user request.`,
    details: { subnetId: instance?.subnetId, zone: member.zone },
  });
  forgetMember(world, member);
  if (instance) instances(world).put(instance.instanceId, { ...instance, groupName: undefined });
  const ended = endActivity(world, begun, 'Successful') ?? begun;
  announceDetach(world, member, ended.activityId);
  return shownActivity(world, ended);
}

function announceDetach(world: World, { groupName, instanceId }: MemberRow, activityId: string): void {
  world.events.emit({
    source: 'aws.autoscaling',
    detailType: 'EC2 Instance Detach Successful',
    detail: { AutoScalingGroupName: groupName, EC2InstanceId: instanceId, ActivityId: activityId },
    resources: [groups(world).get(groupName)?.arn ?? ''],
  });
}
