import { lockReleased } from '../support/checks/lockReleased.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { calmRun, type StartRun } from '../support/crashSweep.ts';
import { anAccount, type Snapshot, snapshotOf } from '../support/embeddedWorld.ts';
import { failingCalls } from '../support/failingCalls.ts';
import { finish, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, emptySnapshot } from '../support/standingCluster.ts';
import { difference, stateOf } from '../support/worldState.ts';

jest.setTimeout(900_000);

/** Whose callers ask again by themselves: people and their command. */
const askedByPeople = /-(startWorkflow|resolveFacts)$/;

/** Runs the operation again and again, until each call has failed in each way; what of it needed a person or left another world. */
async function outlast(from: Snapshot, start: StartRun) {
  const calm = await calmRun(from, start);
  const calls = failingCalls(calm.census, (functionName) => !askedByPeople.test(functionName));
  const problems: string[] = [];
  let runs = 0;
  for (let left = calls.remaining(); left > 0; left = calls.remaining()) {
    const account = await anAccount({ from, faults: calls.ofNextRun() });
    const { execution } = await finish(account, await start(account), 0);
    runs += 1;
    if (calls.remaining() === left) {
      problems.push(`${left} failures have nothing to strike`);
      break;
    }
    if (execution.status !== 'SUCCEEDED')
      problems.push(`run ${runs}: ${execution.error} ${execution.cause?.slice(0, 300)}`);
    else {
      await account.clock.advance({ hours: 3 });
      const { missing, extra } = difference(calm.state, stateOf(account.world.tables));
      problems.push(...[...missing.map((row) => `missing ${row}`), ...extra.map((row) => `extra ${row}`)]);
      problems.push(...nothingDoubled(account), ...(await lockReleased(account)));
    }
  }
  console.log(`${calls.struck()} failures in ${runs} runs`);
  return { struck: calls.struck(), problems };
}

test('a creation in which every call of a function meets its service’s error, a reset and a lost answer ends ready without a person', async () => {
  const { struck, problems } = await outlast(await emptySnapshot(), (account) => startCreate(account));
  expect(problems).toEqual([]);
  expect(struck).toBeGreaterThan(800);
});

test('a deletion in which every call of a function meets its service’s error, a reset and a lost answer leaves nothing, without a person', async () => {
  const from = snapshotOf(await anAccountWithCluster());
  const { struck, problems } = await outlast(from, (account) => startDelete(account));
  expect(problems).toEqual([]);
  expect(struck).toBeGreaterThan(300);
});
