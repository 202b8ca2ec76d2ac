import type { Activity } from '@aws-sdk/client-auto-scaling';
import { nowOf, tableOf, type World } from '../world.ts';
import { groups } from './groups.ts';
import { newUuid } from './identifiers.ts';

/** One scaling activity: something that a group does, did or failed to do. */
export interface ActivityRow {
  readonly activityId: string;
  /** Counts up, so that the newest can be shown first. */
  readonly number: number;
  readonly groupName: string;
  readonly description: string;
  readonly cause: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly status: ActivityStatus;
  readonly message: string | undefined;
  readonly details: string;
}

export type ActivityStatus =
  | 'InProgress'
  | 'WaitingForInstanceWarmup'
  | 'Successful'
  | 'Failed'
  | 'Cancelled'
  | 'MidLifecycleAction'
  | 'PreInService';

export const activitiesOf = (world: World, groupName: string) =>
  tableOf<ActivityRow>(`autoscaling.activities/${groupName}`)(world);

type NewActivity = Pick<ActivityRow, 'groupName' | 'description' | 'cause'> & {
  readonly details: { readonly subnetId?: string | undefined; readonly zone: string };
};

/** Begins an activity. */
export function beginActivity(world: World, { details, ...activity }: NewActivity): ActivityRow {
  const row: ActivityRow = {
    ...activity,
    activityId: newUuid(world),
    number: activitiesOf(world, activity.groupName).size,
    startedAt: nowOf(world),
    endedAt: undefined,
    status: 'InProgress',
    message: undefined,
    details: JSON.stringify({ 'Subnet ID': details.subnetId, 'Availability Zone': details.zone }),
  };
  activitiesOf(world, row.groupName).put(row.activityId, row);
  return row;
}

/** Ends an activity, well or not. */
export function endActivity(
  world: World,
  { groupName, activityId }: { readonly groupName: string; readonly activityId: string },
  status: 'Successful' | 'Failed' | 'Cancelled',
  message?: string,
): ActivityRow | undefined {
  const row = activitiesOf(world, groupName).get(activityId);
  if (!row) return undefined;
  const ended = { ...row, status, message, endedAt: nowOf(world) };
  activitiesOf(world, groupName).put(activityId, ended);
  return ended;
}

/** How far an unfinished activity is, for what waits for a lifecycle hook. */
export function setActivityStatus(world: World, groupName: string, activityId: string, status: ActivityStatus): void {
  const row = activitiesOf(world, groupName).get(activityId);
  if (row) activitiesOf(world, groupName).put(activityId, { ...row, status });
}

/** An activity as Auto Scaling answers it. */
export function shownActivity(world: World, row: ActivityRow): Activity {
  return {
    ActivityId: row.activityId,
    AutoScalingGroupName: row.groupName,
    AutoScalingGroupARN: groups(world).get(row.groupName)?.arn,
    Description: row.description,
    Cause: row.cause,
    StartTime: new Date(row.startedAt),
    EndTime: row.endedAt === undefined ? undefined : new Date(row.endedAt),
    StatusCode: row.status,
    StatusMessage: row.message,
    Progress: row.endedAt === undefined ? 50 : 100,
    Details: row.details,
  };
}

/** `2026-11-23T00:00:05Z`, as causes have it. */
export const timeInCause = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
