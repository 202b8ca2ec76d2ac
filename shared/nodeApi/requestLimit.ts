import { now } from '../environment.ts';

/**
 * How often one instance may call: a boot asks about ten times within a minute, and then hardly ever. Counted where it is
 * cheap, in the function's memory; the reserved concurrency (resources/concurrency.cjs) bounds how many times over.
 */
const burst = 30;
const refilledPerSecond = 0.5;

/** Beyond this many callers the oldest are forgotten: memory is bounded too. */
const callersRemembered = 10_000;

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

const buckets = new Map<string, Bucket>();

/**
 * Takes one request from the budget of a caller, `ROLE-ID:INSTANCE-ID` as AWS has verified it: another role's session may
 * bear an instance's name, and empties its own budget. False when there is none left.
 */
export function withinLimit(caller: string): boolean {
  const at = now().getTime();
  const known = buckets.get(caller);
  // A clock that went back belongs to another world in the same process, as in rehearsals and tests.
  const before = known === undefined || known.at > at ? { tokens: burst, at } : known;
  const elapsedSeconds = (at - before.at) / 1000;
  const tokens = Math.min(burst, before.tokens + elapsedSeconds * refilledPerSecond);
  remember(caller, { tokens: Math.max(0, tokens - 1), at });
  return tokens >= 1;
}

function remember(caller: string, bucket: Bucket): void {
  // Deleted first, so that the map stays in the order of the last call.
  buckets.delete(caller);
  buckets.set(caller, bucket);
  const oldest = buckets.keys().next();
  if (buckets.size > callersRemembered && !oldest.done) buckets.delete(oldest.value);
}
