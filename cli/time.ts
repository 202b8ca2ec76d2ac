import { setTimeout as sleep } from 'node:timers/promises';

/** Time as the person at the keyboard has it. Time in a world comes from its target. */
export const ownTime = {
  /** Milliseconds since the epoch. */
  now: (): number => Date.now(),
  pause: (milliseconds: number): Promise<void> => sleep(milliseconds),
} as const;
