import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { assumeRole } from '../iam/assumeRole.ts';
import { passRoleAccess } from '../iam/roleAccess.ts';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { parseExpression } from './expressions.ts';
import { planNext } from './firing.ts';
import { pageOf } from './paging.ts';
import {
  allSchedules,
  defaultGroup,
  findGroup,
  findSchedule,
  groupArn,
  groupNamed,
  removeSchedule,
  type Schedule,
  scheduleArn,
  scheduleNamed,
} from './schedules.ts';

const name = z.string().regex(/^[0-9a-zA-Z._-]{1,64}$/);

const definition = z.strictObject({
  Name: name,
  GroupName: name.optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).optional(),
  Description: z.string().max(512).optional(),
  StartDate: z.date().optional(),
  EndDate: z.date().optional(),
  FlexibleTimeWindow: z.strictObject({
    Mode: z.enum(['OFF', 'FLEXIBLE']),
    MaximumWindowInMinutes: z.int().min(1).max(1440).optional(),
  }),
  Target: z.strictObject({
    Arn: z.string().startsWith('arn:'),
    RoleArn: z.string(),
    Input: z.string().min(1).optional(),
    RetryPolicy: z
      .strictObject({
        MaximumRetryAttempts: z.int().min(0).max(185).optional(),
        MaximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
      })
      .optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
  }),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).optional(),
  ClientToken: z.string().max(64).optional(),
});
type Definition = z.infer<typeof definition>;

export const CreateSchedule = operation({
  input: definition,
  access: (world, input) => writeAccess(world, 'CreateSchedule', input),
  run: (world, input) => {
    const group = groupNamed(world, input.GroupName ?? defaultGroup).name;
    const before = findSchedule(world, group, input.Name);
    if (before && input.ClientToken !== undefined && before.clientToken === input.ClientToken) {
      return { ScheduleArn: scheduleArn(world, group, input.Name) };
    }
    if (before) throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
    return put(world, group, input, undefined);
  },
});

export const UpdateSchedule = operation({
  input: definition,
  access: (world, input) => writeAccess(world, 'UpdateSchedule', input),
  // What the request leaves out goes back to its default: nothing of the old definition stays.
  run: (world, input) => {
    const before = scheduleNamed(world, input.GroupName, input.Name);
    return put(world, before.group, input, before);
  },
});

const onSchedule = { Name: name, GroupName: name.optional() };

export const GetSchedule = operation({
  input: z.strictObject(onSchedule),
  access: (world, input) => [access(world, 'GetSchedule', input)],
  run: (world, input) => {
    const schedule = scheduleNamed(world, input.GroupName, input.Name);
    return {
      Arn: scheduleArn(world, schedule.group, schedule.name),
      Name: schedule.name,
      GroupName: schedule.group,
      ScheduleExpression: schedule.expression,
      ScheduleExpressionTimezone: schedule.timeZone,
      State: schedule.enabled ? 'ENABLED' : 'DISABLED',
      FlexibleTimeWindow:
        schedule.windowMinutes === 0
          ? { Mode: 'OFF' }
          : { Mode: 'FLEXIBLE', MaximumWindowInMinutes: schedule.windowMinutes },
      Target: { ...schedule.target },
      ActionAfterCompletion: schedule.deletesAfterCompletion ? 'DELETE' : 'NONE',
      CreationDate: new Date(schedule.createdAt),
      LastModificationDate: new Date(schedule.changedAt),
      ...(schedule.description !== undefined && { Description: schedule.description }),
      ...(schedule.startsAt !== undefined && { StartDate: new Date(schedule.startsAt) }),
      ...(schedule.endsAt !== undefined && { EndDate: new Date(schedule.endsAt) }),
    };
  },
});

export const DeleteSchedule = operation({
  input: z.strictObject({ ...onSchedule, ClientToken: z.string().optional() }),
  access: (world, input) => [access(world, 'DeleteSchedule', input)],
  run: (world, input) => {
    removeSchedule(world, scheduleNamed(world, input.GroupName, input.Name));
    return {};
  },
});

export const ListSchedules = operation({
  input: z.strictObject({
    GroupName: name.optional(),
    NamePrefix: z.string().optional(),
    State: z.enum(['ENABLED', 'DISABLED']).optional(),
    MaxResults: z.int().min(1).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  access: () => [{ action: 'scheduler:ListSchedules', resource: '*' }],
  run: (world, input) => {
    const wanted = allSchedules(world).filter(
      (schedule) =>
        schedule.name.startsWith(input.NamePrefix ?? '') &&
        schedule.group === (input.GroupName ?? schedule.group) &&
        (input.State === undefined || schedule.enabled === (input.State === 'ENABLED')),
    );
    const { page, next } = pageOf(wanted, (schedule) => `${schedule.group}/${schedule.name}`, input);
    return {
      Schedules: page.map((schedule) => ({
        Arn: scheduleArn(world, schedule.group, schedule.name),
        Name: schedule.name,
        GroupName: schedule.group,
        State: schedule.enabled ? 'ENABLED' : 'DISABLED',
        CreationDate: new Date(schedule.createdAt),
        LastModificationDate: new Date(schedule.changedAt),
        Target: { Arn: schedule.target.Arn },
      })),
      ...next,
    };
  },
});

function put(world: World, group: string, input: Definition, before: Schedule | undefined) {
  const { Mode, MaximumWindowInMinutes } = input.FlexibleTimeWindow;
  if ((Mode === 'FLEXIBLE') !== (MaximumWindowInMinutes !== undefined)) {
    throw new AwsError(
      'ValidationException',
      'MaximumWindowInMinutes goes with the flexible time window, and only there.',
    );
  }
  if (input.Target.Arn.includes(':aws-sdk:')) throw new NotModelled('scheduler', 'CreateSchedule', 'universal target');
  const timeZone = input.ScheduleExpressionTimezone ?? 'UTC';
  parseExpression(input.ScheduleExpression, timeZone, nowOf(world));
  refuseUntrustingRole(world, group, input);

  planNext(
    world,
    {
      group,
      name: input.Name,
      expression: input.ScheduleExpression,
      timeZone,
      enabled: input.State !== 'DISABLED',
      windowMinutes: MaximumWindowInMinutes ?? 0,
      target: input.Target,
      deletesAfterCompletion: input.ActionAfterCompletion === 'DELETE',
      createdAt: before?.createdAt ?? nowOf(world),
      changedAt: nowOf(world),
      ...(before?.job !== undefined && { job: before.job }),
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.StartDate && { startsAt: input.StartDate.getTime() }),
      ...(input.EndDate && { endsAt: input.EndDate.getTime() }),
      ...(input.ClientToken !== undefined && { clientToken: input.ClientToken }),
    },
    nowOf(world),
  );
  return { ScheduleArn: scheduleArn(world, group, input.Name) };
}

/** The scheduler tries the role when a schedule is put. */
function refuseUntrustingRole(world: World, group: string, input: Definition): void {
  const sourceArn = groupArn(world, group);
  try {
    assumeRole(world, input.Target.RoleArn, 'scheduler', 'scheduler.amazonaws.com', { sourceArn });
  } catch {
    throw new AwsError(
      'ValidationException',
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    );
  }
}

function writeAccess(world: World, action: string, input: Definition): readonly Access[] {
  return [access(world, action, input), passRoleAccess(world, input.Target.RoleArn, 'scheduler.amazonaws.com')];
}

/** A schedule has no tags of its own: its group's count. */
function access(
  world: World,
  action: string,
  { Name, GroupName = defaultGroup }: { readonly Name: string; readonly GroupName?: string | undefined },
): Access {
  const tags = Object.entries(findGroup(world, GroupName)?.tags ?? {});
  const context = Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
  return { action: `scheduler:${action}`, resource: scheduleArn(world, GroupName, Name), context };
}
