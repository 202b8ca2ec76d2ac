/**
 * The process that `sigkill.ts` starts: continues the world of a folder under a schedule, and kills itself by SIGKILL at
 * the so-manieth call to AWS after a second of the schedule, with whatever it was about to write half written.
 *   dyingWorld.ts FOLDER DEATH
 */
import { DurableTables } from '../../local/world/durableTables.ts';
import { openJournal } from '../../local/world/journal.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { readWorld, standingRows } from './killedWorld.ts';
import { scheduleOf } from './schedule.ts';
import type { Death } from './sigkill.ts';
import { openTroubled, starts } from './troubledRun.ts';

const [folder = '', described = ''] = process.argv.slice(2);
const death = JSON.parse(described) as Death;
const schedule = scheduleOf(death.operation, death.seed);

const live: { account?: TestAccount; calls: number } = { calls: 0 };
const from = await readWorld(folder);
const standing = () => standingRows(live.account ? standingOf(live.account) : from);
const journal = await openJournal({
  folder,
  standing,
  everything: () => live.account?.world.tables.dump() ?? [],
  hold: () => live.account?.clock.hold() ?? (() => {}),
});

const executioner = {
  before() {
    if (!live.account || live.account.clock.now() < death.time) return;
    live.calls += 1;
    if (live.calls > death.calls) process.kill(process.pid, 'SIGKILL');
  },
};
live.account = await openTroubled({
  from,
  schedule,
  startedAt: death.startedAt,
  observers: [executioner],
  tables: new DurableTables(journal),
});
await starts[death.operation](live.account);
await live.account.clock.advance({ milliseconds: Math.max(0, death.time - live.account.clock.now()) });
// Nothing calls AWS any more where the operation has come to its end: then it dies here.
await live.account.clock.advance({ minutes: 5 });
process.kill(process.pid, 'SIGKILL');

function standingOf({ world, clock }: TestAccount) {
  return { time: clock.now(), chance: world.random.state() };
}
