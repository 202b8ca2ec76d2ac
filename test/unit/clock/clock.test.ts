import { createAcceleratedClock } from '../../../local/clock/acceleratedClock.ts';
import { type Clock, sleep } from '../../../local/clock/clock.ts';
import { createRealClock } from '../../../local/clock/realClock.ts';
import { createVirtualClock } from '../../../local/clock/virtualClock.ts';

interface Subject {
  readonly clock: Clock;
  /** Waits for the work, driving the clock where it does not run by itself. */
  finish<Result>(work: Promise<Result>): Promise<Result>;
}

const implementations: Record<string, () => Subject> = {
  real: () => ({ clock: createRealClock(), finish: (work) => work }),
  accelerated: () => ({ clock: createAcceleratedClock({ factor: 50 }), finish: (work) => work }),
  virtual: () => {
    const clock = createVirtualClock();
    return { clock, finish: (work) => clock.runUntil(work) };
  },
};

describe.each(Object.entries(implementations))('a %s clock', (_name, create) => {
  test('wakes timers by time, and those due together in the order they were made', async () => {
    const { clock, finish } = create();
    const woken: string[] = [];
    const start = clock.now();
    clock.at(start + 20, () => woken.push('late'));
    clock.at(start + 10, () => woken.push('first of two'));
    clock.at(start + 10, () => woken.push('second of two'));
    await finish(sleep(clock, 30));
    expect(woken).toEqual(['first of two', 'second of two', 'late']);
  });

  test('never wakes a timer early, and shows a time that only grows', async () => {
    const { clock, finish } = create();
    const due = clock.now() + 15;
    const shown = await finish(new Promise<number>((resolve) => clock.at(due, () => resolve(clock.now()))));
    expect(shown).toBeGreaterThanOrEqual(due);
    expect(clock.now()).toBeGreaterThanOrEqual(shown);
    expect(shown).toBe(Math.floor(shown));
  });

  test('wakes at once what is already due', async () => {
    const { clock, finish } = create();
    await expect(finish(new Promise((resolve) => clock.at(0, () => resolve('woken'))))).resolves.toBe('woken');
  });

  test('does not wake a cancelled timer, and cancelling twice or too late harms nobody', async () => {
    const { clock, finish } = create();
    const woken: string[] = [];
    const start = clock.now();
    const cancelled = clock.at(start + 5, () => woken.push('cancelled'));
    const early = clock.at(start + 5, () => woken.push('early'));
    cancelled.cancel();
    cancelled.cancel();
    clock.at(start + 10, () => {
      early.cancel();
      woken.push('late');
    });
    await finish(sleep(clock, 20));
    expect(woken).toEqual(['early', 'late']);
  });

  test('lets a woken timer make another', async () => {
    const { clock, finish } = create();
    const start = clock.now();
    await finish(sleep(clock, 10).then(() => sleep(clock, 10)));
    expect(clock.now() - start).toBeGreaterThanOrEqual(20);
  });

  test('refuses a time that is no number', () => {
    expect(() => create().clock.at(Number.NaN, () => {})).toThrow('a timer needs a time');
  });
});

test('a clock of the machine that was stopped wakes nobody, and no process waits for it', async () => {
  const clock = createRealClock();
  let isWoken = false;
  clock.at(clock.now() + 20, () => {
    isWoken = true;
  });
  await clock.stop();
  await sleep(createRealClock(), 60);
  expect(isWoken).toBe(false);
});
