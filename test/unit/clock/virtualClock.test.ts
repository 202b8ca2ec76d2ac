import { sleep } from '../../../local/clock/clock.ts';
import { createVirtualClock } from '../../../local/clock/virtualClock.ts';

test('a virtual clock does not move until it is driven', async () => {
  const clock = createVirtualClock({ startsAt: 1000 });
  clock.at(1001, () => {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(clock.now()).toBe(1000);
});

test('a month passes in the time its events need, and lands on the exact instant', async () => {
  const clock = createVirtualClock({ startsAt: 0 });
  let days = 0;
  const tick = () => {
    days++;
    clock.at(clock.now() + 86_400_000, tick);
  };
  clock.at(86_400_000, tick);
  await clock.advance({ days: 30, milliseconds: 1 });
  expect(days).toBe(30);
  expect(clock.now()).toBe(30 * 86_400_000 + 1);
});

test('work that follows a wake through many promises is done before the next timer wakes', async () => {
  const clock = createVirtualClock();
  const order: string[] = [];
  const chain = async () => {
    await sleep(clock, 1);
    for (let step = 0; step < 1000; step++) await null;
    order.push(`chain done at +${clock.now() - start}`);
  };
  const start = clock.now();
  const work = chain();
  clock.at(start + 2, () => order.push('next timer'));
  await clock.runUntil(work);
  await clock.advance({ milliseconds: 5 });
  expect(order).toEqual(['chain done at +1', 'next timer']);
});

test('a held clock does not move, and continues when the last hold is released', async () => {
  const clock = createVirtualClock();
  const start = clock.now();
  const [first, second] = [clock.hold(), clock.hold()];
  const slept = clock.runUntil(sleep(clock, 10));
  first();
  first();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(clock.now()).toBe(start);
  second();
  await slept;
  expect(clock.now()).toBe(start + 10);
});

test('work that nothing can end is named instead of waited for', async () => {
  const clock = createVirtualClock();
  await expect(clock.runUntil(new Promise(() => {}))).rejects.toThrow('no timer is left');
});

test('work that outlives its bound is given up at the bound', async () => {
  const clock = createVirtualClock();
  await expect(clock.runUntil(sleep(clock, 60_000), { seconds: 59 })).rejects.toThrow('the work did not end');
});

test('a failure of the work, or of a woken timer, reaches the caller that drives the clock', async () => {
  const clock = createVirtualClock();
  const work = sleep(clock, 1).then(() => {
    throw new Error('of the work');
  });
  await expect(clock.runUntil(work)).rejects.toThrow('of the work');
  clock.at(clock.now() + 1, () => {
    throw new Error('of the timer');
  });
  await expect(clock.advance({ seconds: 1 })).rejects.toThrow('of the timer');
});

test('two drivers at once are refused', async () => {
  const clock = createVirtualClock();
  const first = clock.advance({ seconds: 1 });
  await expect(clock.advance({ seconds: 1 })).rejects.toThrow('driven already');
  await first;
});

test('forty thousand timers, half of them cancelled, wake in order', async () => {
  const clock = createVirtualClock({ startsAt: 0 });
  let last = -1;
  let woken = 0;
  let inOrder = true;
  for (let made = 0; made < 40_000; made++) {
    const timer = clock.at((made * 7919) % 100_003, () => {
      inOrder &&= clock.now() >= last;
      last = clock.now();
      woken++;
    });
    if (made % 2 === 0) timer.cancel();
  }
  await clock.advance({ seconds: 101 });
  expect(inOrder).toBe(true);
  expect(woken).toBe(20_000);
});
