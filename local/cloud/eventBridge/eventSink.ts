import { type EventSink, nowOf, type World } from '../world.ts';
import { defaultBus } from './buses.ts';
import { routeEvent } from './delivery.ts';
import type { Json } from './patterns.ts';

/** Where the services of the model put their own events: on the account's default bus. */
export function createEventSink(world: () => World): EventSink {
  return {
    emit: ({ source, detailType, detail, resources }) =>
      routeEvent(world(), defaultBus, {
        ...envelope(world(), uuid(world())),
        'detail-type': detailType,
        source,
        resources,
        detail: detail as Json,
      }),
  };
}

export function envelope(world: World, id: string, time: Date = new Date(nowOf(world))) {
  return {
    version: '0',
    id,
    account: world.account,
    time: time.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: world.region,
  };
}

export function uuid(world: World): string {
  const hex = world.random.hex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
