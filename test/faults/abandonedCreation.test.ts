import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { anAccount, snapshotOf } from '../support/embeddedWorld.ts';
import { finish, startCreate, startDelete } from '../support/runs.ts';
import { anEmptyAccount, emptySnapshot } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

test('a key whose creation was cut off before it got its alias is deleted with its cluster', async () => {
  const failing = await anEmptyAccount({
    faults: {
      strike: ({ side, operation }) => (side === 'after' && operation === 'CreateKey' ? 'outOfMemory' : undefined),
    },
  });
  const creation = await startCreate(failing);
  expect(await failing.until(failing.engine.whenEnded(creation))).toMatchObject({ status: 'FAILED' });

  const account = await anAccount({ from: snapshotOf(failing) });
  await account.clock.advance({ minutes: 5 });
  const { execution } = await finish(account, await startDelete(account, 'demo', 'delete', true), 0);
  expect(execution.status).toBe('SUCCEEDED');
  await account.clock.advance({ hours: 3 });
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account))).toEqual([]);
});
