import type { Clock } from './clock.ts';
import { createVirtualClock, type VirtualClock } from './virtualClock.ts';

/** A clock for people: it leaps from timer to timer as the virtual one does, but not faster than they can follow. */
export interface WatchedClock extends Clock {
  /** Lets time stand still for good, so that the process can end. */
  stop(): Promise<void>;
}

/** How long the process rests between two looks at the time: short beside anything that a person notices. */
const restMilliseconds = 5;

/**
 * A clock on which a second of ours lasts at most `speed` seconds of the world. Work of this process takes no time in the
 * world, so a slow machine sees the same times as a fast one, and no timeout strikes only because a processor was busy.
 */
export function createWatchedClock({ speed, startsAt }: { speed: number; startsAt: number }): WatchedClock {
  const clock = createVirtualClock({ startsAt });
  let stopped = false;
  const driven = drive(clock, speed, () => stopped);
  return {
    now: clock.now,
    at: clock.at,
    hold: clock.hold,
    stop() {
      stopped = true;
      return driven;
    },
  };
}

async function drive(clock: VirtualClock, speed: number, isStopped: () => boolean): Promise<void> {
  let looked = performance.now();
  while (!isStopped()) {
    await new Promise((resolve) => setTimeout(resolve, restMilliseconds));
    // Only the rest counts, not the work: after a busy moment the world does not sprint.
    const rested = Math.min(performance.now() - looked, longestStepMilliseconds);
    await clock.advance({ milliseconds: rested * speed });
    looked = performance.now();
  }
}

/** A process that was suspended continues where it was, instead of meeting hours at once. */
const longestStepMilliseconds = 1000;
