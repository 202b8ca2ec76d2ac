import { callAs } from '../../local/cloud/sdk.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { removeSchedules } from '../../shared/aws/schedules.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';
import { attempt, policy, theRole } from './attackers.ts';

jest.setTimeout(120_000);

let account: TestAccount;
beforeEach(async () => {
  account = await anEmptyAccount();
});

const aFunction = 'arn:aws:lambda:us-east-1:123456789012:function:kubestep-dev-startWorkflow';

const aSchedule = (Name: string, GroupName: string, RoleArn: string) => ({
  Name,
  GroupName,
  ScheduleExpression: 'at(2030-01-01T00:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: aFunction, RoleArn, Input: '{}' },
});

const scheduleRole = () => theRole(account, /-ScheduleRole$/).arn;

const left = async () => {
  const { Schedules } = await callAws<{ Schedules: { GroupName: string; Name: string }[] }>(
    account,
    'scheduler:ListSchedules',
    {},
  );
  return Schedules.map(({ GroupName, Name }) => `${GroupName} ${Name}`).sort();
};

test('a deletion ends the schedules of its cluster, and none of another whose id begins alike, or of another group', async () => {
  await callAws(account, 'iam:CreateRole', {
    RoleName: 'other',
    AssumeRolePolicyDocument: policy([
      { Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]),
  });
  await account.clock.advance({ minutes: 1 });
  const other = theRole(account, /^other$/).arn;
  for (const name of ['demo-x7k2p.delete', 'demo-x7k2p.backup', 'demo-x7k2p-9w4rt.delete', 'demo-x7k2p'])
    await callAws(account, 'scheduler:CreateSchedule', aSchedule(name, 'kubestep-dev', scheduleRole()));
  await callAws(account, 'scheduler:CreateSchedule', aSchedule('demo-x7k2p.delete', 'default', other));

  const caller = { cloud: account.cloud, principal: administratorOf(account.world) };
  await account.until(callAs(caller, () => removeSchedules('demo-x7k2p', 'kubestep-dev')));
  expect(await left()).toEqual([
    'default demo-x7k2p.delete',
    'kubestep-dev demo-x7k2p',
    'kubestep-dev demo-x7k2p-9w4rt.delete',
  ]);
});

test('a schedule outside the deployment’s group does not act by its role', async () => {
  const schedule = aSchedule('mine', 'default', scheduleRole());
  expect(await attempt(account, administratorOf(account.world), 'scheduler:CreateSchedule', schedule)).toBe(
    'ValidationException',
  );
});
