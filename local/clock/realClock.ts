import { createPacedClock } from './acceleratedClock.ts';
import type { Clock } from './clock.ts';

/** The clock of this machine. */
export function createRealClock(): Clock {
  return createPacedClock(Date.now, 1);
}
