import { sleep } from '../../../clock/clock.ts';
import { createRealClock } from '../../../clock/realClock.ts';

/** Real processes take real time. */
const clock = createRealClock();
const pauseMilliseconds = 20;

/** Resolves with what `ask` found as soon as it finds something, or with undefined when the time is over. */
export async function within<T>(
  seconds: number,
  ask: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  const deadline = clock.now() + seconds * 1000;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (clock.now() >= deadline) return undefined;
    await sleep(clock, pauseMilliseconds);
  }
}

/** Does the work and says how long it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const begin = clock.now();
  const result = await work();
  return { result, seconds: (clock.now() - begin) / 1000 };
}
