import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { pageOf } from './paging.ts';
import {
  allGroups,
  allSchedules,
  defaultGroup,
  findGroup,
  groupArn,
  groupNamed,
  putGroup,
  removeGroup,
  removeSchedule,
} from './schedules.ts';

const name = z.string().regex(/^[0-9a-zA-Z._-]{1,64}$/);

export const CreateScheduleGroup = operation({
  input: z.strictObject({
    Name: name,
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
    ClientToken: z.string().optional(),
  }),
  access: (world, input) => {
    const tags = input.Tags ?? [];
    const context = Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value]));
    const keys = tags.length > 0 ? { 'aws:TagKeys': tags.map((tag) => tag.Key) } : {};
    const resource = groupArn(world, input.Name);
    return [{ action: 'scheduler:CreateScheduleGroup', resource, context: { ...context, ...keys } }];
  },
  run: (world, input) => {
    if (findGroup(world, input.Name)) {
      throw new AwsError('ConflictException', `Schedule group ${input.Name} already exists.`, 409);
    }
    const tags = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
    putGroup(world, { name: input.Name, createdAt: nowOf(world), tags });
    return { ScheduleGroupArn: groupArn(world, input.Name) };
  },
});

export const GetScheduleGroup = operation({
  input: z.strictObject({ Name: name }),
  access: onGroup('GetScheduleGroup'),
  run: (world, input) => described(world, groupNamed(world, input.Name)),
});

export const DeleteScheduleGroup = operation({
  input: z.strictObject({ Name: name, ClientToken: z.string().optional() }),
  access: onGroup('DeleteScheduleGroup'),
  run: (world, input) => {
    if (input.Name === defaultGroup) throw new AwsError('ValidationException', 'The default group cannot be deleted.');
    const group = groupNamed(world, input.Name);
    // A group takes its schedules along.
    for (const schedule of allSchedules(world)) {
      if (schedule.group === group.name) removeSchedule(world, schedule);
    }
    removeGroup(world, group.name);
    return {};
  },
});

export const ListScheduleGroups = operation({
  input: z.strictObject({
    NamePrefix: z.string().optional(),
    MaxResults: z.int().min(1).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  access: () => [{ action: 'scheduler:ListScheduleGroups', resource: '*' }],
  run: (world, input) => {
    const wanted = allGroups(world).filter((group) => group.name.startsWith(input.NamePrefix ?? ''));
    const { page, next } = pageOf(wanted, (group) => group.name, input);
    return { ScheduleGroups: page.map((group) => described(world, group)), ...next };
  },
});

function onGroup(action: string) {
  return (world: World, input: { readonly Name: string }): readonly Access[] => {
    const tags = Object.entries(findGroup(world, input.Name)?.tags ?? {});
    const context = Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
    return [{ action: `scheduler:${action}`, resource: groupArn(world, input.Name), context }];
  };
}

function described(world: World, group: { readonly name: string; readonly createdAt: number }) {
  return {
    Arn: groupArn(world, group.name),
    Name: group.name,
    State: 'ACTIVE',
    CreationDate: new Date(group.createdAt),
    LastModificationDate: new Date(group.createdAt),
  };
}
