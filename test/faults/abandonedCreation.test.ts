import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { anAccount, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { finish, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount, emptySnapshot } from '../support/standingCluster.ts';

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
  await deleteAll(account);
});

test('the keys of machines are forgotten with their cluster although the function that forgets machines always dies, each time one call later', async () => {
  const depths = new Map<string, number>();
  const account = await anAccount({
    from: snapshotOf(await anAccountWithCluster()),
    faults: {
      strike({ functionName, invocation, side, index }) {
        if (!functionName.endsWith('-forgetMachine')) return undefined;
        const depth = depths.get(invocation) ?? depths.size + 1;
        depths.set(invocation, depth);
        return side === 'after' && index === depth ? 'die' : undefined;
      },
    },
  });
  await deleteAll(account);
  expect(depths.size).toBeGreaterThan(12);
});

/** Deletes the cluster as it is; nothing of it may be left. */
async function deleteAll(account: TestAccount): Promise<void> {
  const { execution } = await finish(account, await startDelete(account, 'demo', 'delete', true), 0);
  expect(execution.status).toBe('SUCCEEDED');
  await account.clock.advance({ hours: 3 });
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account))).toEqual([]);
}
