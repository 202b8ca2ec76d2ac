import type { Clock } from './clock.ts';
import { TimerQueue } from './timerQueue.ts';

/** setTimeout fires at once beyond 2³¹−1 ms (source: Node's timers), so longer waits are taken in parts. */
const longestTimeoutMilliseconds = 2 ** 31 - 1;

/** A clock on which a second of ours lasts `factor` seconds of the world, beginning at `startsAt` (milliseconds since the epoch). */
export function createAcceleratedClock({
  factor,
  startsAt = Date.now(),
}: {
  factor: number;
  startsAt?: number;
}): Clock {
  const began = performance.now();
  return createPacedClock(() => Math.floor(startsAt + (performance.now() - began) * factor), factor);
}

/** A clock whose owner may end it: nobody is woken any more, and no process waits for it. */
export interface StoppableClock extends Clock {
  stop(): Promise<void>;
}

/** A clock that reads the time from `now`, which runs `factor` times as fast as the machine's own timers. */
export function createPacedClock(now: () => number, factor: number): StoppableClock {
  const timers = new TimerQueue();
  let pending: NodeJS.Timeout | undefined;
  let isStopped = false;

  function arm(): void {
    clearTimeout(pending);
    if (isStopped) return;
    const dueAt = timers.dueAt();
    if (dueAt === undefined) return;
    const wait = Math.max(0, Math.ceil((dueAt - now()) / factor));
    pending = setTimeout(wakeDue, Math.min(wait, longestTimeoutMilliseconds));
  }

  function wakeDue(): void {
    try {
      const until = now();
      while ((timers.dueAt() ?? Number.POSITIVE_INFINITY) <= until) timers.take()?.();
    } finally {
      arm();
    }
  }

  return {
    now,
    at(at, wake) {
      const timer = timers.add(at, wake);
      if (timers.dueAt() === at) arm();
      return {
        cancel() {
          timer.cancel();
          arm();
        },
      };
    },
    hold: () => () => {},
    stop() {
      isStopped = true;
      arm();
      return Promise.resolve();
    },
  };
}
