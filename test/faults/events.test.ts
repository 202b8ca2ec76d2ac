import { disturbDelivery } from '../../local/cloud/eventBridge/delivery.ts';
import { assumeRole } from '../../local/cloud/iam/assumeRole.ts';
import { seededRandom } from '../../local/cloud/random.ts';
import { type MachineRow, machines } from '../../local/machines/simulated/machineRows.ts';
import { clusterStands } from '../support/checks/clusterStands.ts';
import { lockReleased, storedRow } from '../support/checks/lockReleased.ts';
import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { sameWorld } from '../support/checks/sameWorld.ts';
import { snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, finish, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount, emptySnapshot } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

test('events that come twice and minutes late change neither a creation nor its record', async () => {
  const account = await anEmptyAccount();
  const chance = seededRandom(5);
  disturbDelivery(account.world, () => [chance.next() * 300_000, chance.next() * 300_000]);
  const arn = await startCreate(account);
  const { execution } = await finish(account, arn, 0);
  expect(execution.status).toBe('SUCCEEDED');
  await account.clock.advance({ minutes: 10 });
  const { runId } = JSON.parse(execution.input);
  expect(await storedRow(account, 'cluster#demo', `run#${runId}`)).toMatchObject({ ended: { status: 'SUCCEEDED' } });
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});

test('a creation whose events are all lost ends the same: no step waits for one', async () => {
  const account = await anEmptyAccount();
  disturbDelivery(account.world, () => []);
  const { execution } = await finish(account, await startCreate(account), 0);
  expect(execution.status).toBe('SUCCEEDED');
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});

test('a deletion whose events come late, twice or never leaves nothing', async () => {
  const account = await anAccountWithCluster();
  const chance = seededRandom(6);
  const delays = [[], [60_000], [500, 120_000]];
  disturbDelivery(account.world, () => delays[Math.floor(chance.next() * delays.length)] ?? []);
  const { execution } = await finish(account, await startDelete(account), 0);
  expect(execution.status).toBe('SUCCEEDED');
  await account.clock.advance({ hours: 3 });
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account))).toEqual([]);
});

/** Whether this boot step was a report of this machine: what a worker skips counts as done too. */
function toldBy(machine: MachineRow, step: string): boolean {
  if (step === 'report etcd-serving') return machine.etcdSince !== undefined;
  if (step === 'report control-plane-serving') return machine.apiSince !== undefined;
  return step.startsWith('report ');
}

/** Every machine reports again what it has reported already. */
async function reportAgain(account: TestAccount): Promise<number> {
  let repeated = 0;
  for (const machine of [...machines(account.world).rows()]) {
    const phases = machine.done.filter((step) => toldBy(machine, step)).map((step) => step.replace('report ', ''));
    for (const phase of phases) {
      const { status } = await account.until(
        account.request({
          principal: assumeRole(account.world, machine.roleArn, machine.instanceId, 'ec2.amazonaws.com'),
          method: 'POST',
          path: '/node/report',
          body: JSON.stringify({ phase, outcome: 'done' }),
        }),
      );
      // A machine that reports too often is throttled.
      expect([200, 429]).toContain(status);
      repeated += 1;
    }
  }
  return repeated;
}

test('machines that report everything again and again complete nothing early and count once', async () => {
  const account = await anEmptyAccount();
  const arn = await startCreate(account);
  let repeated = 0;
  while (account.engine.describe(arn).status === 'RUNNING') {
    await account.clock.advance({ seconds: 20 });
    repeated += await reportAgain(account);
  }
  expect(repeated).toBeGreaterThan(50);
  expect(account.engine.describe(arn).status).toBe('SUCCEEDED');
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
  expect(await lockReleased(account)).toEqual([]);
  expect(await sameWorld(account)).toEqual([]);
});
