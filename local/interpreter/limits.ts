import type { Json } from './json.ts';

/** Quotas of standard workflows (source: Step Functions' service quotas). */
export const longestPayloadBytes = 256 * 1024;
export const maxHistoryEvents = 25_000;
export const maxRedrives = 1_000;
export const redrivableDays = 14;
export const maxMapRunChildren = 10_000;

/** A wait is counted in seconds in 31 bits (observed: 24,855 days are accepted, 24,856 are "too long"). */
export const longestWaitSeconds = 2 ** 31 - 1;

/** Whether the value is larger, as UTF-8 JSON text, than a payload may be. */
export function exceedsPayloadLimit(value: Json): boolean {
  return textExceedsPayloadLimit(JSON.stringify(value));
}

/** Whether the text is larger, as UTF-8, than a payload may be. */
export function textExceedsPayloadLimit(text: string): boolean {
  // A UTF-16 unit is at most three bytes, so that short texts need no counting.
  return text.length * 3 > longestPayloadBytes && Buffer.byteLength(text) > longestPayloadBytes;
}
