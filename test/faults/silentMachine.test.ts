import { breakInstance } from '../../local/cloud/ec2/zoneOutages.ts';
import { machines } from '../../local/machines/simulated/machineRows.ts';
import { clusterStands, runningMachines } from '../support/checks/clusterStands.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { anAccount, type Snapshot, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf, finish, startCreate } from '../support/runs.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

/** A creation in which the machine that comes as number `index` breaks before it says anything. */
async function aCreationWithSilent(index: number): Promise<{ account: TestAccount; arn: string; silent: string }> {
  const account = await anEmptyAccount();
  const arn = await startCreate(account);
  while (machines(account.world).size <= index) await account.clock.advance({ seconds: 1 });
  const silent = [...machines(account.world).rows()][index]?.instanceId ?? '';
  breakInstance(account.world, silent);
  return { account, arn, silent };
}

/** A creation that failed because its second master is silent; made once, and continued from twice. */
let failed: { readonly from: Snapshot; readonly arn: string; readonly silent: string };

beforeAll(async () => {
  const { account, arn, silent } = await aCreationWithSilent(1);
  await account.until(account.engine.whenEnded(arn));
  failed = { from: snapshotOf(account), arn, silent };
});

test('a master that never reports fails the run by the name of its slot', async () => {
  const account = await anAccount({ from: failed.from });
  expect(account.engine.describe(failed.arn)).toMatchObject({
    status: 'FAILED',
    error: 'MachineFailed',
    cause: expect.stringContaining(`master-1 (${failed.silent}) has reported nothing`),
  });
});

test.each([
  ['at once', { seconds: 10 }],
  ['when EC2 shows it no more', { minutes: 70 }],
])('a silent master that was terminated is replaced by the run resumed %s', async (_, pause) => {
  const account = await anAccount({ from: failed.from });
  await callAws(account, 'ec2:TerminateInstances', { InstanceIds: [failed.silent] });
  await account.clock.advance(pause);
  const { execution } = await finish(account, failed.arn, 1);
  expect(execution.status).toBe('SUCCEEDED');
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
  expect(nothingDoubled(account)).toEqual([]);
});

test('a worker whose host breaks is replaced by its group, and the run continues by itself', async () => {
  const { account, arn, silent } = await aCreationWithSilent(4);
  const { execution, failures } = await finish(account, arn, 0);
  expect([execution.status, failures]).toEqual(['SUCCEEDED', []]);
  const clusterId = await clusterIdOf(account);
  await account.clock.advance({ hours: 1 }); // its drain has no node to empty and ends by its limit
  expect(runningMachines(account, clusterId).map(({ instanceId }) => instanceId)).not.toContain(silent);
  expect(await clusterStands(account, clusterId)).toEqual([]);
});
