import type { Engine } from '../local/interpreter/engine.ts';
import type { HistoryEvent } from '../local/interpreter/records.ts';

/** What an execution takes of what Step Functions allows it. */
export interface ExecutionSize {
  readonly name: string;
  readonly events: number;
  /** Bytes of the largest text that any of its events carries: input, output, arguments or answer. */
  readonly largestPayload: number;
}

/** Every execution of the account, the one with the most events first. */
export function executionSizes(engine: Engine): ExecutionSize[] {
  return engine
    .list({})
    .map(({ executionArn, name }) => {
      const history = engine.history(executionArn);
      return { name, events: history.length, largestPayload: Math.max(0, ...history.map(largestTextOf)) };
    })
    .sort((one, other) => other.events - one.events);
}

/** The longest text among an event's details. */
function largestTextOf(event: HistoryEvent): number {
  const texts = Object.values(event).flatMap((details) => (typeof details === 'object' ? Object.values(details) : []));
  return Math.max(0, ...texts.map((text) => (typeof text === 'string' ? Buffer.byteLength(text) : 0)));
}
