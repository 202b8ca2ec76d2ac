import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { eventsIn, type LogEvent } from './logEvents.ts';
import { checkStream, groupAccess, groupArn, groupNamed, streamsOf } from './logGroups.ts';

/** Source: CloudWatch Logs quotas, PutLogEvents. */
const maxEvents = 10_000;
const largestBatchBytes = 1_048_576;
const eventOverheadBytes = 26;

const dayMilliseconds = 86_400_000;

const logEvent = z.strictObject({ timestamp: z.int().min(0), message: z.string().min(1) });
const inStream = { logGroupName: z.string(), logStreamName: z.string() };

export const PutLogEvents = operation({
  input: z.strictObject({
    ...inStream,
    logEvents: z.array(logEvent).min(1).max(maxEvents),
    sequenceToken: z.string().optional(),
  }),
  access: (world, input) => streamAccess(world, 'PutLogEvents', input),
  run: (world, input) => {
    checkStream(world, input.logGroupName, input.logStreamName);
    const bytes = input.logEvents.reduce(
      (sum, { message }) => sum + Buffer.byteLength(message) + eventOverheadBytes,
      0,
    );
    if (bytes > largestBatchBytes) throw invalid('Upload too large: exceeds limit of 1048576');
    if (input.logEvents.some((event, index) => event.timestamp < (input.logEvents[index - 1]?.timestamp ?? 0))) {
      throw invalid('Log events in a single PutLogEvents request must be in chronological order.');
    }
    const events = eventsIn(world, input.logGroupName, input.logStreamName);
    for (const { timestamp, message } of input.logEvents) {
      events.put(String(events.size), { timestamp, message, ingestionTime: nowOf(world) });
    }
    return { nextSequenceToken: String(events.size) };
  },
});

export const GetLogEvents = operation({
  input: z.strictObject({
    ...inStream,
    startTime: z.int().optional(),
    endTime: z.int().optional(),
    startFromHead: z.boolean().optional(),
    limit: z.int().min(1).max(maxEvents).optional(),
    nextToken: z.string().optional(),
  }),
  access: (world, input) => streamAccess(world, 'GetLogEvents', input),
  run: (world, input) => {
    checkStream(world, input.logGroupName, input.logStreamName);
    const events = kept(world, input.logGroupName, input.logStreamName)
      .filter((event) => isWithin(event, input))
      .toSorted((one, other) => one.timestamp - other.timestamp);
    const limit = input.limit ?? maxEvents;
    const [direction = '', at = ''] = (input.nextToken ?? '').split('/');
    if (input.nextToken !== undefined && !/^[fb]\/\d+$/.test(input.nextToken))
      throw invalid('The nextToken is invalid.');
    const head = input.startFromHead ? 0 : Math.max(0, events.length - limit);
    let start = head;
    if (direction === 'f') start = Number(at);
    if (direction === 'b') start = Math.max(0, Number(at) - limit);
    const end = direction === 'b' ? Number(at) : Math.min(events.length, start + limit);
    return {
      events: events.slice(start, end),
      // At the end AWS answers the token that it was given.
      nextForwardToken: `f/${end}`,
      nextBackwardToken: `b/${start}`,
    };
  },
});

export const FilterLogEvents = operation({
  input: z.strictObject({
    logGroupName: z.string(),
    logStreamNames: z.array(z.string()).optional(),
    logStreamNamePrefix: z.string().optional(),
    startTime: z.int().optional(),
    endTime: z.int().optional(),
    filterPattern: z.string().optional(),
    limit: z.int().min(1).max(maxEvents).optional(),
    nextToken: z.string().optional(),
  }),
  access: (world, input) => [groupAccess(world, 'FilterLogEvents', input.logGroupName)],
  run: (world, input) => {
    const group = groupNamed(world, input.logGroupName);
    const matches = termFilter(input.filterPattern ?? '');
    const found = streamsOf(world, group.name)
      .filter(({ name }) => input.logStreamNames?.includes(name) ?? true)
      .filter(({ name }) => name.startsWith(input.logStreamNamePrefix ?? ''))
      .flatMap(({ name }) =>
        kept(world, group.name, name).map((event, index) => ({
          logStreamName: name,
          eventId: `${name}/${index}`,
          ...event,
        })),
      )
      .filter((event) => isWithin(event, input) && matches(event.message))
      .toSorted((one, other) => one.timestamp - other.timestamp);
    const start = input.nextToken === undefined ? 0 : Number(input.nextToken);
    const end = start + (input.limit ?? maxEvents);
    return { events: found.slice(start, end), ...(end < found.length && { nextToken: String(end) }) };
  },
});

/** What the group's retention left. */
function kept(world: World, group: string, stream: string): LogEvent[] {
  const { retentionDays } = groupNamed(world, group);
  const since = retentionDays === undefined ? 0 : nowOf(world) - retentionDays * dayMilliseconds;
  return [...eventsIn(world, group, stream).rows()].filter((event) => event.timestamp >= since);
}

function isWithin(
  { timestamp }: LogEvent,
  {
    startTime = 0,
    endTime = Number.POSITIVE_INFINITY,
  }: { startTime?: number | undefined; endTime?: number | undefined },
): boolean {
  return timestamp >= startTime && timestamp < endTime;
}

/** Terms that must all occur, quoted or bare; other patterns are not modelled. */
function termFilter(pattern: string): (message: string) => boolean {
  if (/[{[?%]|(^|\s)-/.test(pattern)) throw new NotModelled('logs', 'FilterLogEvents', `filterPattern ${pattern}`);
  const terms = [...pattern.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  return (message) => terms.every((term) => message.includes(term));
}

function streamAccess(
  world: World,
  action: string,
  input: { readonly logGroupName: string; readonly logStreamName: string },
): readonly Access[] {
  const { context } = groupAccess(world, action, input.logGroupName);
  const resource = `${groupArn(world, input.logGroupName)}:log-stream:${input.logStreamName}`;
  return [{ action: `logs:${action}`, resource, context }];
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
