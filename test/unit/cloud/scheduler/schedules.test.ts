import { AwsError } from '../../../../local/cloud/errors.ts';
import { defineTarget, type TargetCall } from '../../../../local/cloud/eventBridge/targetPort.ts';
import { iam } from '../../../../local/cloud/iam/service.ts';
import { defineSchedulerJobs, scheduler } from '../../../../local/cloud/scheduler/service.ts';
import { testCloud } from '../../../support/testWorld.ts';

async function anAccount({ trusts = 'scheduler.amazonaws.com', deliver = (_call: TargetCall) => {} } = {}) {
  const account = testCloud([scheduler, iam]);
  const calls: { at: string; input: unknown; principal: string }[] = [];
  defineSchedulerJobs(account.world);
  defineTarget(account.world, 'states', (call) => {
    const at = new Date(account.world.clock.now()).toISOString().slice(0, 16);
    calls.push({ at, input: call.input, principal: call.principal.kind });
    deliver(call);
  });
  const trust = { Effect: 'Allow', Principal: { Service: trusts }, Action: 'sts:AssumeRole' };
  const { Role } = await account.call<{ Role: { Arn: string } }>('iam:CreateRole', {
    RoleName: 'nightly',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  });
  await account.world.clock.advance({ seconds: 30 });
  const definition = (more: object = {}) => ({
    Name: 'nightly',
    ScheduleExpression: 'cron(0 3 * * ? *)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: 'arn:aws:states:us-east-1:123456789012:stateMachine:backup',
      RoleArn: Role.Arn,
      Input: '{"due":"<aws.scheduler.scheduled-time>"}',
    },
    ...more,
  });
  return { ...account, calls, definition };
}

test('a schedule starts its target in the name of its role, each time it is due', async () => {
  const { call, calls, definition, world } = await anAccount();
  await call('CreateSchedule', definition());
  await world.clock.advance({ days: 2 });
  expect(calls).toEqual([
    { at: '2026-11-23T03:00', input: { due: '2026-11-23T03:00:00Z' }, principal: 'role' },
    { at: '2026-11-24T03:00', input: { due: '2026-11-24T03:00:00Z' }, principal: 'role' },
  ]);
});

test('an update replaces what was planned; disabled or deleted it is silent', async () => {
  const { call, calls, definition, world } = await anAccount();
  await call('CreateSchedule', definition());
  await call('UpdateSchedule', definition({ ScheduleExpression: 'cron(0 5 * * ? *)' }));
  await world.clock.advance({ days: 1 });
  expect(calls.map((one) => one.at)).toEqual(['2026-11-23T05:00']);
  await call('UpdateSchedule', definition({ State: 'DISABLED' }));
  await world.clock.advance({ days: 1 });
  await call('UpdateSchedule', definition());
  await call('DeleteSchedule', { Name: 'nightly' });
  await world.clock.advance({ days: 1 });
  expect(calls).toHaveLength(1);
});

test('start and end bound it, and a finished one deletes itself if so configured', async () => {
  const { call, calls, definition, errorOf, world } = await anAccount();
  const StartDate = new Date('2026-11-24T00:00:00Z');
  const EndDate = new Date('2026-11-25T12:00:00Z');
  await call('CreateSchedule', definition({ StartDate, EndDate, ActionAfterCompletion: 'DELETE' }));
  await world.clock.advance({ days: 5 });
  expect(calls.map((one) => one.at)).toEqual(['2026-11-24T03:00', '2026-11-25T03:00']);
  expect((await errorOf('GetSchedule', { Name: 'nightly' })).name).toBe('ResourceNotFoundException');
});

test('a flexible window delays within its bounds', async () => {
  const { call, calls, definition, world } = await anAccount();
  const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 };
  await call('CreateSchedule', definition({ FlexibleTimeWindow }));
  await world.clock.advance({ hours: 5 });
  expect(calls).toHaveLength(1);
  expect(calls[0]?.at).toMatch(/^2026-11-23T03:/);
});

test('a throttled target is called again, one that refuses is not', async () => {
  let throttles = 2;
  const throttled = await anAccount({
    deliver: () => {
      throttles -= 1;
      if (throttles >= 0) throw new AwsError('ThrottlingException', 'slow down', 400);
    },
  });
  await throttled.call('CreateSchedule', throttled.definition());
  await throttled.world.clock.advance({ hours: 5 });
  expect(throttled.calls).toHaveLength(3);

  const refused = await anAccount({
    deliver: () => {
      throw new AwsError('AccessDeniedException', 'no', 403);
    },
  });
  await refused.call('CreateSchedule', refused.definition());
  await refused.world.clock.advance({ hours: 5 });
  expect(refused.calls).toHaveLength(1);
  expect(refused.world.failedJobs).toMatchObject([{ error: { name: 'AccessDeniedException' } }]);
});

test('a role that does not trust the scheduler is refused at once', async () => {
  const { definition, errorOf } = await anAccount({ trusts: 'lambda.amazonaws.com' });
  expect((await errorOf('CreateSchedule', definition())).message).toContain('must allow AWS EventBridge Scheduler');
});

test('names are taken once in a group, the same token twice is the same request', async () => {
  const { call, definition, errorOf } = await anAccount();
  await call('CreateSchedule', definition({ ClientToken: 'one' }));
  await call('CreateSchedule', definition({ ClientToken: 'one' }));
  expect((await errorOf('CreateSchedule', definition({ ClientToken: 'two' }))).name).toBe('ConflictException');
  const elsewhere = definition({ GroupName: 'cluster' });
  expect((await errorOf('CreateSchedule', elsewhere)).name).toBe('ResourceNotFoundException');
  await call('CreateScheduleGroup', { Name: 'cluster' });
  await call('CreateSchedule', elsewhere);
  expect(await call('ListSchedules', { GroupName: 'cluster' })).toMatchObject({ Schedules: [{ Name: 'nightly' }] });
});

test('a deleted group takes its schedules along', async () => {
  const { call, calls, definition, world } = await anAccount();
  await call('CreateScheduleGroup', { Name: 'cluster' });
  await call('CreateSchedule', definition({ GroupName: 'cluster' }));
  await call('DeleteScheduleGroup', { Name: 'cluster' });
  await world.clock.advance({ days: 1 });
  expect(calls).toEqual([]);
});
