import { NotReady } from '../step/errors.ts';

/** What a redrive counts in `attempt`, where a retry counts 1: no try has the number of another (see the state machines). */
export const redriveWeight = 1000;

/**
 * Stands before each create that has no ClientToken and no name of its own: VPC, internet gateway, address.
 * An earlier try may have created the thing and lost the answer, and EC2 shows new tags late. So a run's first try creates
 * at once, the first repeat and the first try after each redrive never do, and every later one follows a pause: the states
 * that use this wait at least `blindCreatePauseSeconds` between tries.
 */
export function waitForLostAnswers(what: string, attempt: number): void {
  const firstAfterRedrive = attempt > 0 && attempt % redriveWeight === 0;
  if (attempt !== 1 && !firstAfterRedrive) return;
  throw new NotReady(`An earlier try may have created ${what}: waiting until AWS would show it`);
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
