import type { HistoryEvent } from '../../interpreter/records.ts';

/** An event as SDK clients return it. */
export function historyEventOutput({ timestamp, ...event }: HistoryEvent) {
  return { timestamp: new Date(timestamp), ...event };
}
