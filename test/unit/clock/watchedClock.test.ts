import { sleep } from '../../../local/clock/clock.ts';
import { createWatchedClock } from '../../../local/clock/watchedClock.ts';

test('a minute of the world passes in a moment, and not at once', async () => {
  const clock = createWatchedClock({ speed: 600, startsAt: 1000 });
  const began = performance.now();
  await sleep(clock, 60_000);
  expect(clock.now()).toBe(61_000);
  expect(performance.now() - began).toBeGreaterThan(80);
  await clock.stop();
});

test('work of this process takes no time in the world', async () => {
  const clock = createWatchedClock({ speed: 1000, startsAt: 0 });
  await sleep(clock, 1000);
  const before = clock.now();
  const until = performance.now() + 200;
  while (performance.now() < until);
  expect(clock.now()).toBe(before);
  const release = clock.hold();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const held = clock.now();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(clock.now()).toBe(held);
  release();
  await clock.stop();
});

test('stopped time does not pass', async () => {
  const clock = createWatchedClock({ speed: 1000, startsAt: 0 });
  await clock.stop();
  const stopped = clock.now();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(clock.now()).toBe(stopped);
});
