import type { Clock } from '../clock/clock.ts';
import type { RequestBucket } from './operation.ts';

/** The account's request buckets: full at first, refilled by the second, empty means that the call is throttled. */
export interface RequestBuckets {
  take(bucket: RequestBucket): boolean;
}

export function requestBuckets(clock: Clock): RequestBuckets {
  const levels = new Map<string, { tokens: number; at: number }>();
  return {
    take(bucket) {
      const now = clock.now();
      const level = levels.get(bucket.name) ?? { tokens: bucket.burst, at: now };
      const refilled = Math.min(bucket.burst, level.tokens + ((now - level.at) / 1000) * bucket.refillPerSecond);
      const granted = refilled >= 1;
      levels.set(bucket.name, { tokens: granted ? refilled - 1 : refilled, at: now });
      return granted;
    },
  };
}
