import { capacityFaults } from '../../local/cloud/ec2/capacityFaults.ts';
import { loseZone, restoreZone } from '../../local/cloud/ec2/zoneOutages.ts';
import { machines } from '../../local/machines/simulated/machineRows.ts';
import { clusterStands, runningMachines } from '../support/checks/clusterStands.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, demoSpec, finish, startCreate } from '../support/runs.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

const resume = async (account: TestAccount, arn: string) => {
  const { clusterName, runId } = JSON.parse(account.engine.describe(arn).input);
  const { status } = await account.ask('POST', `/clusters/${clusterName}/runs/${runId}/resume`);
  expect(status).toBe(200);
  return finish(account, arn, 0);
};

test('a zone without capacity for a master fails the run with slot, zone and type, and the run continues once there is some', async () => {
  const account = await anEmptyAccount();
  capacityFaults(account.world).put('us-east-1b/*', { remaining: 0 });
  const arn = await startCreate(account);
  const failed = await account.until(account.engine.whenEnded(arn));
  expect(failed).toMatchObject({ status: 'FAILED', error: 'InsufficientCapacity' });
  expect(failed.cause).toMatch(/No machine for slot master-1 in us-east-1b\. m7g\.large: /);

  capacityFaults(account.world).delete('us-east-1b/*');
  const { execution } = await resume(account, arn);
  expect(execution.status).toBe('SUCCEEDED');
  expect(nothingDoubled(account)).toEqual([]);
  const ready = runningMachines(account, await clusterIdOf(account)).filter(
    ({ instanceId }) => machines(account.world).get(instanceId)?.nodeReadySince !== undefined,
  );
  const masters = ready.filter(({ groupName }) => groupName === undefined);
  expect(masters.map(({ zone }) => zone).sort()).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
  expect(ready).toHaveLength(6);
});

/** Lets capacity run out when the masters have theirs. */
async function afterMasters(account: TestAccount, fault: string): Promise<void> {
  while (machines(account.world).size < 3) await account.clock.advance({ seconds: 1 });
  capacityFaults(account.world).put(fault, { remaining: 0 });
}

const workersOf = async (account: TestAccount) =>
  runningMachines(account, await clusterIdOf(account)).filter(({ groupName }) => groupName !== undefined);

test('workers come up in the other zones when one has no capacity for them', async () => {
  const account = await anEmptyAccount();
  capacityFaults(account.world).put('us-east-1b/*', { remaining: 1 }); // the master's
  const { execution } = await finish(account, await startCreate(account));
  expect(execution.status).toBe('SUCCEEDED');
  const workers = await workersOf(account);
  expect(workers.map(({ zone }) => zone)).not.toContain('us-east-1b');
  expect(workers.map(({ instanceId }) => machines(account.world).get(instanceId)?.nodeReadySince)).not.toContain(
    undefined,
  );
  expect(workers).toHaveLength(3);
});

test('workers come up as the next type of their group when there is none of the first', async () => {
  const account = await anEmptyAccount();
  const nodeGroups = [{ name: 'workers', instanceTypes: ['m6g.large', 'm7g.large'], min: 3, max: 6 }];
  capacityFaults(account.world).put('*/m6g.large', { remaining: 0 });
  const spec = { ...demoSpec, spec: { ...(demoSpec.spec as object), nodeGroups } };
  const { execution } = await finish(account, await startCreate(account, spec), 0);
  expect(execution.status).toBe('SUCCEEDED');
  expect((await workersOf(account)).map(({ instanceType }) => instanceType)).toEqual([
    'm7g.large',
    'm7g.large',
    'm7g.large',
  ]);
});

test('workers without any capacity fail the run with the group and EC2’s cause, and it continues once there is some', async () => {
  const account = await anEmptyAccount();
  const arn = await startCreate(account);
  await afterMasters(account, '*/*');
  const failed = await account.until(account.engine.whenEnded(arn));
  expect(failed).toMatchObject({ status: 'FAILED', error: 'InsufficientCapacity' });
  expect(failed.cause).toMatch(/Node group workers has 0 of 3 nodes: .*capacity/i);

  capacityFaults(account.world).delete('*/*');
  expect((await resume(account, arn)).execution.status).toBe('SUCCEEDED');
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});

test('a zone that is lost while its master boots, and comes back, delays the creation and changes nothing else', async () => {
  const account = await anEmptyAccount();
  const arn = await startCreate(account);
  await afterMasters(account, 'nowhere/nothing');
  loseZone(account.world, 'us-east-1b');
  await account.clock.advance({ minutes: 10 });
  expect(account.engine.describe(arn).status).toBe('RUNNING');
  restoreZone(account.world, 'us-east-1b');
  const { execution, failures } = await finish(account, arn);
  expect([execution.status, failures]).toEqual(['SUCCEEDED', []]);
  expect(nothingDoubled(account)).toEqual([]);
});
