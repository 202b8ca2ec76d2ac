import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { busArn, busNameOf, defaultBus, findBus } from './buses.ts';
import { routeEvent } from './delivery.ts';
import { envelope, uuid } from './eventSink.ts';
import type { Json } from './patterns.ts';

/** All entries of one request together (source: EventBridge user guide, "Calculating event entry size"). */
const largestRequestBytes = 256 * 1024;

const entry = z.strictObject({
  Time: z.date().optional(),
  Source: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
});
type Entry = z.infer<typeof entry>;

export const PutEvents = operation({
  input: z.strictObject({ Entries: z.array(entry).min(1).max(10) }),
  access: (world, input) => {
    const buses = new Set(input.Entries.map((one) => busNameOf(one.EventBusName ?? defaultBus)));
    return [...buses].map((bus) => {
      const entries = input.Entries.filter((one) => busNameOf(one.EventBusName ?? defaultBus) === bus);
      return {
        action: 'events:PutEvents',
        resource: busArn(world, bus),
        context: {
          'events:source': [...new Set(entries.flatMap((one) => one.Source ?? []))],
          'events:detail-type': [...new Set(entries.flatMap((one) => one.DetailType ?? []))],
        },
      };
    });
  },
  run: (world, input) => {
    if (input.Entries.reduce((sum, one) => sum + sizeOf(one), 0) > largestRequestBytes) {
      throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
    }
    const Entries = input.Entries.map((one) => {
      const refusal = refusalOf(world, one);
      if (refusal) return refusal;
      const id = uuid(world);
      routeEvent(world, busNameOf(one.EventBusName ?? defaultBus), {
        ...envelope(world, id, one.Time),
        'detail-type': one.DetailType ?? '',
        source: one.Source ?? '',
        resources: one.Resources ?? [],
        detail: JSON.parse(one.Detail ?? '{}') as Json,
      });
      return { EventId: id };
    });
    return { Entries, FailedEntryCount: Entries.filter((one) => 'ErrorCode' in one).length };
  },
});

/** An entry is refused by itself; the others of the request go their way. */
function refusalOf(world: World, one: Entry): { ErrorCode: string; ErrorMessage: string } | undefined {
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (one[name]) continue;
    return {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    };
  }
  if (one.Source?.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if (!isObjectText(one.Detail ?? '')) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  if (findBus(world, one.EventBusName ?? defaultBus)) return undefined;
  return { ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Event bus ${one.EventBusName} does not exist.` };
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function sizeOf(one: Entry): number {
  const texts = [one.Source, one.DetailType, one.Detail, ...(one.Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), one.Time ? 14 : 0);
}
