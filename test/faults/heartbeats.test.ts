import { breakInstance, mendInstance } from '../../local/cloud/ec2/zoneOutages.ts';
import { commands } from '../../local/cloud/ssm/commands.ts';
import { machines } from '../../local/machines/simulated/machineRows.ts';
import { clusterStands } from '../support/checks/clusterStands.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, finish, startCreate } from '../support/runs.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

const validations = ({ world }: TestAccount) =>
  [...commands(world).rows()].filter(({ parameters }) => parameters['Verb']?.[0] === 'validate');

/** A creation whose last verb waits for minutes: the host of a master that was not asked broke when the verb was sent. */
async function aSlowValidation() {
  const account = await anEmptyAccount();
  const arn = await startCreate(account);
  while (validations(account).length === 0) await account.clock.advance({ milliseconds: 200 });
  const asked = validations(account)[0]?.instanceIds[0] ?? '';
  const masters = [...machines(account.world).rows()].filter(({ apiSince }) => apiSince !== undefined);
  const broken = masters.map(({ instanceId }) => instanceId).find((instanceId) => instanceId !== asked) ?? '';
  breakInstance(account.world, broken);
  return { account, arn, asked, broken };
}

const timeOuts = ({ engine }: TestAccount, arn: string): number =>
  engine.history(arn).filter(({ type }) => type === 'TaskTimedOut').length;

test('a slow verb that reports itself running is waited for, far beyond the time that a silent one has', async () => {
  const { account, arn, broken } = await aSlowValidation();
  await account.clock.advance({ minutes: 6 });
  mendInstance(account.world, broken);
  const { execution } = await finish(account, arn, 0);
  expect(execution.status).toBe('SUCCEEDED');
  expect([validations(account).length, timeOuts(account, arn)]).toEqual([1, 0]);
  await account.clock.advance({ minutes: 1 }); // until the load balancer knows the master again
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});

test('a machine that dies in the middle of a verb costs two minutes, and the next one is asked', async () => {
  const { account, arn, asked, broken } = await aSlowValidation();
  await account.clock.advance({ seconds: 45 });
  breakInstance(account.world, asked);
  const diedAt = account.clock.now();
  for (const instanceId of [asked, broken]) mendInstance(account.world, instanceId);
  while (validations(account).length === 1) await account.clock.advance({ milliseconds: 500 });
  expect((account.clock.now() - diedAt) / 1000).toBeLessThan(130);
  const { execution } = await finish(account, arn, 0);
  expect(execution.status).toBe('SUCCEEDED');
  expect(timeOuts(account, arn)).toBe(1);
  expect(validations(account)[1]?.instanceIds).not.toContain(asked);
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});
