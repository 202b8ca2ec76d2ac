import { AwsError } from '../errors.ts';
import { arnOf, tableOf, type World } from '../world.ts';

/** A schedule with its target. */
export interface Schedule {
  readonly group: string;
  readonly name: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  readonly description?: string;
  readonly startsAt?: number;
  readonly endsAt?: number;
  /** Zero where the window is off. */
  readonly windowMinutes: number;
  readonly target: ScheduleTarget;
  readonly deletesAfterCompletion: boolean;
  readonly createdAt: number;
  readonly changedAt: number;
  /** The job that fires it next. */
  readonly job?: string;
  readonly clientToken?: string;
}

export interface ScheduleTarget {
  readonly Arn: string;
  readonly RoleArn: string;
  readonly Input?: string | undefined;
  readonly RetryPolicy?:
    | { readonly MaximumRetryAttempts?: number | undefined; readonly MaximumEventAgeInSeconds?: number | undefined }
    | undefined;
  readonly DeadLetterConfig?: { readonly Arn?: string | undefined } | undefined;
}

export interface ScheduleGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

const schedules = tableOf<Schedule>('scheduler.schedules');
const groups = tableOf<ScheduleGroup>('scheduler.groups');

export const defaultGroup = 'default';

export function findSchedule(world: World, group: string, name: string): Schedule | undefined {
  return schedules(world).get(`${group}/${name}`);
}

/** The schedule of this name, or AWS's ResourceNotFoundException. */
export function scheduleNamed(world: World, group: string | undefined, name: string): Schedule {
  const schedule = findSchedule(world, group ?? defaultGroup, name);
  if (!schedule) throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, 404);
  return schedule;
}

export function putSchedule(world: World, schedule: Schedule): void {
  schedules(world).put(`${schedule.group}/${schedule.name}`, schedule);
}

/** Takes a schedule away with the job that would fire it. */
export function removeSchedule(world: World, schedule: Schedule): void {
  if (schedule.job !== undefined) world.jobs.cancel(schedule.job);
  schedules(world).delete(`${schedule.group}/${schedule.name}`);
}

export function allSchedules(world: World): Schedule[] {
  return [...schedules(world).rows()];
}

export function findGroup(world: World, name: string): ScheduleGroup | undefined {
  return groups(world).get(name) ?? (name === defaultGroup ? { name, createdAt: 0, tags: {} } : undefined);
}

/** The group of this name, or AWS's ResourceNotFoundException. */
export function groupNamed(world: World, name: string): ScheduleGroup {
  const group = findGroup(world, name);
  if (!group) throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`, 404);
  return group;
}

export function putGroup(world: World, group: ScheduleGroup): void {
  groups(world).put(group.name, group);
}

export function removeGroup(world: World, name: string): void {
  groups(world).delete(name);
}

export function allGroups(world: World): ScheduleGroup[] {
  return [...new Set([defaultGroup, ...[...groups(world).rows()].map((group) => group.name)])].map((name) =>
    groupNamed(world, name),
  );
}

export function scheduleArn(world: World, group: string, name: string): string {
  return arnOf(world, 'scheduler', `schedule/${group}/${name}`);
}

export function groupArn(world: World, name: string): string {
  return arnOf(world, 'scheduler', `schedule-group/${name}`);
}
