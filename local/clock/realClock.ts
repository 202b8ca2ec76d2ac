import { createPacedClock, type StoppableClock } from './acceleratedClock.ts';

/** The clock of this machine. */
export function createRealClock(): StoppableClock {
  return createPacedClock(Date.now, 1);
}
