import { NotReady } from '../step/errors.ts';

/**
 * Stands before each create that has no ClientToken and no name of its own: VPC, internet gateway, address.
 * An earlier try may have created the thing and lost the answer, and EC2 shows new tags late. So the first try creates at
 * once, the second never does, and every later one follows a pause: the states that use this wait at least
 * `blindCreatePauseSeconds` between tries, and count a redrive as one try (see their `attempt` argument).
 */
export function waitForLostAnswers(what: string, attempt: number): void {
  if (attempt === 1) throw new NotReady(`An earlier try may have created ${what}: waiting until EC2 would show it`);
}

/** New tags show in filters after 1 to 3 s, rarely after 10 (observed). */
export const blindCreatePauseSeconds = 10;

/** The one to keep of several equals that lost answers left, always the same: the first that is in use, then by id. */
export function chooseOne<Found extends { readonly id: string; readonly inUse?: boolean }>(
  found: readonly Found[],
): { kept: Found | undefined; extras: Found[] } {
  const ordered = [...found].sort(
    (a, b) => Number(b.inUse ?? false) - Number(a.inUse ?? false) || (a.id < b.id ? -1 : 1),
  );
  const [kept, ...extras] = ordered;
  return { kept, extras };
}
