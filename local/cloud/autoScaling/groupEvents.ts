import { nowOf, type World } from '../world.ts';
import type { ActivityRow } from './activities.ts';
import { groups } from './groups.ts';
import type { LifecycleHook } from './lifecycleHooks.ts';

type Outcome = 'Successful' | 'Unsuccessful';

/** `EC2 Instance Launch Successful` and its like (source: Auto Scaling user guide, "EventBridge event reference"). */
export function announceActivity(
  world: World,
  kind: 'Launch' | 'Terminate',
  outcome: Outcome,
  activity: ActivityRow,
  instanceId: string | undefined,
): void {
  world.events.emit({
    source: 'aws.autoscaling',
    detailType: `EC2 Instance ${kind} ${outcome}`,
    detail: {
      AutoScalingGroupName: activity.groupName,
      ActivityId: activity.activityId,
      RequestId: activity.activityId,
      EC2InstanceId: instanceId ?? '',
      StatusCode: outcome === 'Successful' ? 'InProgress' : 'Failed',
      StatusMessage: activity.message ?? '',
      Description: activity.description,
      Cause: activity.cause,
      Details: JSON.parse(activity.details) as object,
      StartTime: new Date(activity.startedAt).toISOString(),
      EndTime: new Date(nowOf(world)).toISOString(),
      Origin: kind === 'Launch' ? 'EC2' : 'AutoScalingGroup',
      Destination: kind === 'Launch' ? 'AutoScalingGroup' : 'EC2',
    },
    resources: resourcesOf(world, activity.groupName, instanceId),
  });
}

export interface AnnouncedAction {
  readonly groupName: string;
  readonly instanceId: string;
  readonly token: string;
  readonly hook: LifecycleHook;
}

/** An instance waits for someone to complete this action. */
export function announceAction(world: World, { groupName, instanceId, token, hook }: AnnouncedAction): void {
  const launching = hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING';
  world.events.emit({
    source: 'aws.autoscaling',
    detailType: `EC2 Instance-${launching ? 'launch' : 'terminate'} Lifecycle Action`,
    detail: {
      LifecycleActionToken: token,
      AutoScalingGroupName: groupName,
      LifecycleHookName: hook.name,
      EC2InstanceId: instanceId,
      LifecycleTransition: hook.transition,
      ...(hook.metadata === undefined ? {} : { NotificationMetadata: hook.metadata }),
      Origin: launching ? 'EC2' : 'AutoScalingGroup',
      Destination: launching ? 'AutoScalingGroup' : 'EC2',
    },
    resources: resourcesOf(world, groupName, instanceId),
  });
}

function resourcesOf(world: World, groupName: string, instanceId: string | undefined): string[] {
  const group = groups(world).get(groupName)?.arn;
  const instance = instanceId && `arn:aws:ec2:${world.region}:${world.account}:instance/${instanceId}`;
  return [group, instance].filter((arn) => arn !== undefined && arn !== '') as string[];
}
