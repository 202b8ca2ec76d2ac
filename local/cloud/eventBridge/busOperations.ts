import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { checkPolicyDocument } from '../iam/compiledPolicy.ts';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { type Bus, busArn, buses, busNamed, defaultBus, findBus } from './buses.ts';
import { hasRules } from './rules.ts';

/** The largest policy of a bus (source: EventBridge quotas). */
const largestPolicyBytes = 10_240;

export const CreateEventBus = operation({
  input: z.strictObject({
    Name: z.string().regex(/^[A-Za-z0-9_.-]{1,256}$/),
    Description: z.string().max(512).optional(),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
  }),
  access: (world, input) => [{ action: 'events:CreateEventBus', resource: busArn(world, input.Name) }],
  run: (world, input) => {
    if (findBus(world, input.Name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${input.Name} already exists.`);
    }
    buses(world).put(input.Name, {
      name: input.Name,
      createdAt: nowOf(world),
      tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value])),
      ...(input.Description !== undefined && { description: input.Description }),
    });
    return { EventBusArn: busArn(world, input.Name) };
  },
});

export const DescribeEventBus = operation({
  input: z.strictObject({ Name: z.string().optional() }),
  access: onBus('DescribeEventBus', (input) => input.Name),
  run: (world, input) => described(world, busNamed(world, input.Name)),
});

export const ListEventBuses = operation({
  input: z.strictObject({ NamePrefix: z.string().optional() }),
  access: () => [{ action: 'events:ListEventBuses', resource: '*' }],
  run: (world, input) => {
    const names = new Set([defaultBus, ...[...buses(world).rows()].map((bus) => bus.name)]);
    const wanted = [...names].filter((name) => name.startsWith(input.NamePrefix ?? '')).toSorted();
    return { EventBuses: wanted.map((name) => described(world, busNamed(world, name))) };
  },
});

export const DeleteEventBus = operation({
  input: z.strictObject({ Name: z.string() }),
  access: onBus('DeleteEventBus', (input) => input.Name),
  run: (world, input) => {
    if (input.Name === defaultBus) throw new AwsError('ValidationException', 'Cannot delete event bus default.');
    if (hasRules(world, input.Name)) {
      throw new AwsError('ValidationException', `Event bus ${input.Name} can't be deleted since it has rules.`);
    }
    buses(world).delete(input.Name);
    return {};
  },
});

export const PutPermission = operation({
  input: z.strictObject({ EventBusName: z.string().optional(), Policy: z.string() }),
  access: onBus('PutPermission', (input) => input.EventBusName),
  run: (world, input) => {
    const bus = busNamed(world, input.EventBusName);
    if (Buffer.byteLength(input.Policy) > largestPolicyBytes) {
      throw new AwsError('PolicyLengthExceededException', 'The event bus policy is too long.');
    }
    checkPolicyDocument(input.Policy, 'resource', 'ValidationException');
    buses(world).put(bus.name, { ...bus, policy: input.Policy });
    return {};
  },
});

export const RemovePermission = operation({
  input: z.strictObject({ EventBusName: z.string().optional(), RemoveAllPermissions: z.literal(true) }),
  access: onBus('RemovePermission', (input) => input.EventBusName),
  run: (world, input) => {
    const { policy: _, ...bus } = busNamed(world, input.EventBusName);
    buses(world).put(bus.name, bus);
    return {};
  },
});

function onBus<Input>(action: string, nameOf: (input: Input) => string | undefined) {
  return (world: World, input: Input): readonly Access[] => {
    const name = nameOf(input) ?? defaultBus;
    const tags = Object.entries(findBus(world, name)?.tags ?? {});
    const context = Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
    return [{ action: `events:${action}`, resource: busArn(world, name), context }];
  };
}

function described(world: World, bus: Bus) {
  return {
    Name: bus.name,
    Arn: busArn(world, bus.name),
    CreationTime: new Date(bus.createdAt),
    ...(bus.description !== undefined && { Description: bus.description }),
    ...(bus.policy !== undefined && { Policy: bus.policy }),
  };
}
