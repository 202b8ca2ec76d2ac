import type { Clock } from './clock.ts';
import { type Duration, inMilliseconds } from './duration.ts';
import { TimerQueue } from './timerQueue.ts';

/** A clock that stands still until it is driven, and then leaps from timer to timer: a day costs what its events cost. */
export interface VirtualClock extends Clock {
  /** Leaps until `work` settles and returns its result. Rejects when nothing is left that could settle it, or after `within` of the clock's own time. */
  runUntil<Result>(work: Promise<Result>, within?: Duration): Promise<Result>;

  /** Lets exactly `duration` pass, waking whatever falls due. */
  advance(duration: Duration): Promise<void>;

  /** Lets everything that needs no time happen: returns once the process is quiet. */
  settle(): Promise<void>;
}

/** The default beginning of the world: any fixed instant will do, so that the same run bears the same times. */
const beginning = Date.UTC(2026, 0, 1);

/** A standard execution may run for a year (source: Step Functions quotas); what takes longer than two never ends. */
const patience: Duration = { days: 730 };

/**
 * Turns of the event loop after each wake. One drains every promise; the others let through what yields a turn of its own
 * (setImmediate in a library). What takes real time holds the clock instead.
 */
const quietTurns = 3;

/** A virtual clock that shows `startsAt` (milliseconds since the epoch). */
export function createVirtualClock({ startsAt = beginning }: { startsAt?: number } = {}): VirtualClock {
  const timers = new TimerQueue();
  let now = startsAt;
  let holds = 0;
  let released: () => void = () => {};
  let driven = false;

  async function quiet(): Promise<void> {
    await turns();
    while (holds > 0) {
      await new Promise<void>((resolve) => {
        released = resolve;
      });
      await turns();
    }
  }

  /** Wakes timer after timer, each into a quiet process, while `goesOn` allows the next. */
  async function leap(goesOn: (dueAt: number | undefined) => boolean): Promise<void> {
    if (driven) throw new Error('the virtual clock is driven already: await the earlier runUntil or advance first');
    driven = true;
    try {
      await quiet();
      while (goesOn(timers.dueAt())) {
        now = Math.max(now, timers.dueAt() ?? now);
        timers.take()?.();
        await quiet();
      }
    } finally {
      driven = false;
    }
  }

  return {
    now: () => now,
    at: (at, wake) => timers.add(at, wake),

    hold() {
      let held = true;
      holds++;
      return () => {
        if (!held) return;
        held = false;
        holds--;
        if (holds === 0) released();
      };
    },

    async runUntil(work, within = patience) {
      const end = now + inMilliseconds(within);
      let settled = false;
      const settle = () => {
        settled = true;
      };
      work.then(settle, settle);
      await leap((dueAt) => !settled && dueAt !== undefined && dueAt <= end);
      if (settled) return work;
      const waits = timers.dueAt() === undefined ? 'no timer is left that could' : `not before ${toText(end)}`;
      throw new Error(`the work did not end: ${waits} (the clock shows ${toText(now)})`);
    },

    async advance(duration) {
      const end = now + inMilliseconds(duration);
      await leap((dueAt) => dueAt !== undefined && dueAt <= end);
      now = Math.max(now, end);
    },

    settle: () => leap(() => false),
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < quietTurns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function toText(time: number): string {
  return new Date(time).toISOString();
}
