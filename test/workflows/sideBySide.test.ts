import { clusterStands } from '../support/checks/clusterStands.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { nothingChanged, nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { snapshotOf } from '../support/embeddedWorld.ts';
import { clusterIdOf, demoSpec, finish, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

const otherSpec = { ...demoSpec, metadata: { ...(demoSpec.metadata as object), name: 'demo-other' } };

test('deleting one of two clusters, of which one name begins with the other, leaves the other as it was, byte for byte', async () => {
  const account = await anAccountWithCluster();
  const alone = snapshotOf(account);
  const creation = await finish(account, await startCreate(account, otherSpec, 'create-other'), 0);
  expect(creation.execution.status).toBe('SUCCEEDED');
  const demo = await clusterIdOf(account);
  const other = await clusterIdOf(account, 'demo-other');
  expect(await clusterStands(account, demo)).toEqual([]);
  expect(await clusterStands(account, other)).toEqual([]);
  expect(nothingDoubled(account)).toEqual([]);

  const deletion = await finish(account, await startDelete(account, 'demo-other', 'delete-other'), 0);
  expect(deletion.execution.status).toBe('SUCCEEDED');
  await account.clock.advance({ hours: 3 });
  expect(nothingChanged(alone, snapshotOf(account)).filter((row) => !/^kms\.keys/.test(row))).toEqual([]);
  expect(nothingLeaked(alone, snapshotOf(account))).toEqual([]);
  expect(await clusterStands(account, demo)).toEqual([]);
  expect(await lockReleased(account, 'demo-other')).toEqual([]);
});

test('two clusters are created at the same time, each whole', async () => {
  const account = await anAccountWithCluster();
  const second = await startCreate(account, otherSpec, 'second');
  const third = await startCreate(account, { ...demoSpec, metadata: { name: 'third' } }, 'third');
  for (const arn of [second, third]) {
    const { execution } = await finish(account, arn, 0);
    expect(execution).toMatchObject({ status: 'SUCCEEDED' });
  }
  expect(await clusterStands(account, await clusterIdOf(account, 'demo-other'))).toEqual([]);
  expect(await clusterStands(account, await clusterIdOf(account, 'third'))).toEqual([]);
  expect(nothingDoubled(account)).toEqual([]);
});
