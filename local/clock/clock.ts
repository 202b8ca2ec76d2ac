/**
 * The port of time. Everything under `local` waits and reads the time here and nowhere else, so that the same run can be
 * watched (real), shown (accelerated) or rehearsed in seconds (virtual), and the same seed gives the same run.
 */
export interface Clock {
  /** Milliseconds since the epoch, in the world's own time. */
  now(): number;

  /** Calls `wake` once, at `at` (milliseconds since the epoch) or as soon after it as possible. Calls due together run in the order they were made. */
  at(at: number, wake: () => void): Timer;

  /**
   * Signals to the clock that something outside it is in progress (a file being written, a real process): a virtual clock does not
   * move on until the returned function was called.
   */
  hold(): () => void;
}

export interface Timer {
  cancel(): void;
}

/** Resolves `milliseconds` later in the world's time. */
export function sleep(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(clock.now() + milliseconds, resolve);
  });
}
