import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { arnOf, nowOf } from '../world.ts';
import { deleteEventsOf } from './logEvents.ts';
import { groupAccess, groupArn, groupNamed, groups, streams, streamsOf } from './logGroups.ts';

/** The days that a group may keep its events (source: API reference, PutRetentionPolicy). */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const groupName = z.string().regex(/^[.\-_/#A-Za-z0-9]{1,512}$/);
const streamName = z.string().regex(/^[^:*]{1,512}$/);

export const CreateLogGroup = operation({
  input: z.strictObject({
    logGroupName: groupName,
    kmsKeyId: z.string().optional(),
    tags: z.record(z.string(), z.string()).optional(),
  }),
  access: (world, input) => [groupAccess(world, 'CreateLogGroup', input.logGroupName)],
  run: (world, input) => {
    if (groups(world).has(input.logGroupName)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
    }
    groups(world).put(input.logGroupName, {
      name: input.logGroupName,
      createdAt: nowOf(world),
      tags: input.tags ?? {},
      ...(input.kmsKeyId !== undefined && { encryptionKeyArn: input.kmsKeyId }),
    });
    return {};
  },
});

export const DeleteLogGroup = operation({
  input: z.strictObject({ logGroupName: groupName }),
  access: (world, input) => [groupAccess(world, 'DeleteLogGroup', input.logGroupName)],
  run: (world, input) => {
    const group = groupNamed(world, input.logGroupName);
    for (const stream of streamsOf(world, group.name)) {
      deleteEventsOf(world, group.name, stream.name);
      streams(world).delete(`${group.name}:${stream.name}`);
    }
    groups(world).delete(group.name);
    return {};
  },
});

export const PutRetentionPolicy = operation({
  input: z.strictObject({ logGroupName: groupName, retentionInDays: z.int() }),
  access: (world, input) => [groupAccess(world, 'PutRetentionPolicy', input.logGroupName)],
  run: (world, input) => {
    if (!retentionDays.includes(input.retentionInDays)) {
      throw new AwsError(
        'InvalidParameterException',
        `1 validation error detected: Value '${input.retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentionDays.join(', ')}]`,
      );
    }
    groups(world).put(input.logGroupName, {
      ...groupNamed(world, input.logGroupName),
      retentionDays: input.retentionInDays,
    });
    return {};
  },
});

export const CreateLogStream = operation({
  input: z.strictObject({ logGroupName: groupName, logStreamName: streamName }),
  access: (world, input) => [groupAccess(world, 'CreateLogStream', input.logGroupName)],
  run: (world, input) => {
    groupNamed(world, input.logGroupName);
    const key = `${input.logGroupName}:${input.logStreamName}`;
    if (streams(world).has(key)) {
      throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
    }
    streams(world).put(key, { group: input.logGroupName, name: input.logStreamName, createdAt: nowOf(world) });
    return {};
  },
});

export const DescribeLogGroups = operation({
  input: z.strictObject({ logGroupNamePrefix: z.string().optional(), ...pageInput() }),
  access: (world) => [{ action: 'logs:DescribeLogGroups', resource: arnOf(world, 'logs', 'log-group:*') }],
  run: (world, input) => {
    const wanted = [...groups(world).rows()]
      .filter((group) => group.name.startsWith(input.logGroupNamePrefix ?? ''))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const { page, next } = pageOf(wanted, input);
    return {
      logGroups: page.map((group) => ({
        logGroupName: group.name,
        creationTime: group.createdAt,
        arn: `${groupArn(world, group.name)}:*`,
        logGroupArn: groupArn(world, group.name),
        ...(group.retentionDays !== undefined && { retentionInDays: group.retentionDays }),
        ...(group.encryptionKeyArn !== undefined && { kmsKeyId: group.encryptionKeyArn }),
      })),
      ...next,
    };
  },
});

export const DescribeLogStreams = operation({
  input: z.strictObject({ logGroupName: groupName, logStreamNamePrefix: z.string().optional(), ...pageInput() }),
  access: (world, input) => [groupAccess(world, 'DescribeLogStreams', input.logGroupName)],
  run: (world, input) => {
    const group = groupNamed(world, input.logGroupName);
    const wanted = streamsOf(world, group.name)
      .filter((stream) => stream.name.startsWith(input.logStreamNamePrefix ?? ''))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
    const { page, next } = pageOf(wanted, input);
    return {
      logStreams: page.map((stream) => ({
        logStreamName: stream.name,
        creationTime: stream.createdAt,
        arn: `${groupArn(world, group.name)}:log-stream:${stream.name}`,
      })),
      ...next,
    };
  },
});

function pageInput() {
  return { limit: z.int().min(1).max(50).optional(), nextToken: z.string().optional() };
}

function pageOf<Row extends { readonly name: string }>(
  rows: readonly Row[],
  request: { readonly limit?: number | undefined; readonly nextToken?: string | undefined },
) {
  const after = request.nextToken === undefined ? '' : Buffer.from(request.nextToken, 'base64url').toString();
  const rest = rows.filter((row) => row.name > after);
  const page = rest.slice(0, request.limit ?? 50);
  const last = page.at(-1)?.name ?? '';
  return { page, next: rest.length > page.length ? { nextToken: Buffer.from(last).toString('base64url') } : {} };
}
