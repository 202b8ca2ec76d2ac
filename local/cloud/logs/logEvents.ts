import type { Table } from '../tables.ts';
import type { World } from '../world.ts';

export interface LogEvent {
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** Events of one stream by their number. */
export const eventsIn = (world: World, group: string, stream: string): Table<LogEvent> =>
  world.tables.table(`logs.events/${group}/${stream}`);

/** Forgets the events of a stream that is being deleted. */
export function deleteEventsOf(world: World, group: string, stream: string): void {
  const events = eventsIn(world, group, stream);
  for (const [key] of [...events.entries()]) events.delete(key);
}
