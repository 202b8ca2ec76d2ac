import { AwsError } from '../../../../local/cloud/errors.ts';
import { disturbDelivery, undelivered } from '../../../../local/cloud/eventBridge/delivery.ts';
import { anAccount, entry, lambdaArn } from './eventWorld.ts';

describe('PutEvents', () => {
  test('brings an event to the targets of the rules that it fits, a moment later', async () => {
    const { call, calls, world } = await anAccount();
    const { Entries } = await call<{ Entries: { EventId: string }[] }>('PutEvents', { Entries: [entry()] });
    expect(calls).toEqual([]);
    await world.clock.advance({ seconds: 5 });
    expect(calls).toEqual([
      {
        arn: lambdaArn,
        principal: { kind: 'service', service: 'events.amazonaws.com' },
        sourceArn: 'arn:aws:events:us-east-1:123456789012:rule/own/all',
        input: {
          version: '0',
          id: Entries[0]?.EventId,
          source: 'kubestep',
          'detail-type': 'Approved',
          account: '123456789012',
          region: 'us-east-1',
          time: expect.stringMatching(/^2026-11-23T00:\d\d:\d\dZ$/),
          resources: [],
          detail: { cluster: 'one' },
        },
      },
    ]);
  });

  test('refuses each bad entry by itself and takes the others', async () => {
    const { call, calls, world } = await anAccount();
    const Entries = [
      entry(),
      entry({ Detail: '[1]' }),
      entry({ Source: undefined }),
      entry({ Source: 'aws.ec2' }),
      entry({ EventBusName: 'none' }),
    ];
    const answer = await call<{ FailedEntryCount: number; Entries: { ErrorCode?: string }[] }>('PutEvents', {
      Entries,
    });
    expect(answer.FailedEntryCount).toBe(4);
    expect(answer.Entries.map((one) => one.ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
    await world.clock.advance({ seconds: 5 });
    expect(calls).toHaveLength(1);
  });

  test('is stopped by the bus’s policy', async () => {
    const { call, calls, errorOf, world } = await anAccount();
    const Statement = { Effect: 'Deny', Principal: '*', Action: 'events:PutEvents', Resource: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'senders', ...Statement }] });
    await call('PutPermission', { EventBusName: 'own', Policy });
    expect((await errorOf('PutEvents', { Entries: [entry()] })).name).toBe('AccessDeniedException');
    await world.clock.advance({ seconds: 5 });
    expect(calls).toEqual([]);
  });
});

describe('delivery', () => {
  test('a disabled rule is deaf, and hears again when enabled', async () => {
    const { call, calls, world } = await anAccount();
    await call('DisableRule', { Name: 'all', EventBusName: 'own' });
    await call('PutEvents', { Entries: [entry()] });
    await world.clock.advance({ seconds: 5 });
    expect(calls).toEqual([]);
    await call('EnableRule', { Name: 'all', EventBusName: 'own' });
    await call('PutEvents', { Entries: [entry()] });
    await world.clock.advance({ seconds: 5 });
    expect(calls).toHaveLength(1);
  });

  test('AWS’s own events come on the default bus', async () => {
    const { call, calls, world } = await anAccount();
    await call('PutRule', { Name: 'ec2', EventPattern: '{"source":["aws.ec2"]}' });
    const InputTransformer = {
      InputPathsMap: { id: '$.detail.instance-id', state: '$.detail.state' },
      InputTemplate: '{"instance": <id>, "text": "<id> is <state>"}',
    };
    await call('PutTargets', { Rule: 'ec2', Targets: [{ Id: 'one', Arn: lambdaArn, InputTransformer }] });
    world.events.emit({
      source: 'aws.ec2',
      detailType: 'EC2 Instance State-change Notification',
      detail: { 'instance-id': 'i-1', state: 'running' },
      resources: [],
    });
    await world.clock.advance({ seconds: 5 });
    expect(calls.map((one) => one.input)).toEqual([{ instance: 'i-1', text: 'i-1 is running' }]);
  });

  test('is tried again while the target fails, and not when the target refuses', async () => {
    let failures = 3;
    const { call, calls, world } = await anAccount(() => {
      failures -= 1;
      if (failures >= 0) throw new AwsError('ServiceException', 'later', 500);
    });
    await call('PutEvents', { Entries: [entry()] });
    await world.clock.advance({ minutes: 5 });
    expect(calls).toHaveLength(4);
    expect(world.failedJobs).toEqual([]);

    const refusing = await anAccount(() => {
      throw new AwsError('AccessDeniedException', 'no', 403);
    });
    await refusing.call('PutEvents', { Entries: [entry()] });
    await refusing.world.clock.advance({ minutes: 5 });
    expect(refusing.calls).toHaveLength(1);
    expect([...undelivered(refusing.world).rows()]).toMatchObject([{ rule: 'all', targetId: 'one' }]);
  });

  test('can be doubled, delayed or lost by a fault', async () => {
    const { call, calls, world } = await anAccount();
    disturbDelivery(world, () => [100, 60_000]);
    await call('PutEvents', { Entries: [entry()] });
    await world.clock.advance({ seconds: 10 });
    expect(calls).toHaveLength(1);
    await world.clock.advance({ minutes: 2 });
    expect(calls).toHaveLength(2);
    expect(calls[0]?.input).toEqual(calls[1]?.input);
    disturbDelivery(world, () => []);
    await call('PutEvents', { Entries: [entry()] });
    await world.clock.advance({ minutes: 2 });
    expect(calls).toHaveLength(2);
  });

  test('a role that does not trust EventBridge delivers nothing', async () => {
    const { call, calls, world } = await anAccount();
    const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const { Role } = await call<{ Role: { Arn: string } }>('iam:CreateRole', {
      RoleName: 'other',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    });
    const Targets = [{ Id: 'one', Arn: lambdaArn, RoleArn: Role.Arn }];
    await call('PutTargets', { Rule: 'all', EventBusName: 'own', Targets });
    await world.clock.advance({ minutes: 1 });
    await call('PutEvents', { Entries: [entry()] });
    await world.clock.advance({ seconds: 5 });
    expect(calls).toEqual([]);
    expect([...undelivered(world).rows()]).toMatchObject([{ error: expect.stringContaining('sts:AssumeRole') }]);
  });
});

describe('rules', () => {
  test('a rule with targets cannot be deleted, and a bus with rules neither', async () => {
    const { call, errorOf } = await anAccount();
    const rule = { Name: 'all', EventBusName: 'own' };
    expect((await errorOf('DeleteRule', rule)).message).toContain('it has targets');
    expect((await errorOf('DeleteEventBus', { Name: 'own' })).message).toContain('it has rules');
    await call('RemoveTargets', { Rule: 'all', EventBusName: 'own', Ids: ['one'] });
    await call('DeleteRule', rule);
    await call('DeleteRule', rule);
    await call('DeleteEventBus', { Name: 'own' });
  });

  test.each([
    [{ Input: '{' }, 'JSON syntax error'],
    [{ Input: '{}', InputPath: '$' }, 'Only one of Input'],
    [{ InputTransformer: { InputTemplate: '<x>' } }, 'invalid placeholder x'],
  ])('a target with %j is refused', async (more, reason) => {
    const { errorOf } = await anAccount();
    const Targets = [{ Id: 'two', Arn: lambdaArn, ...more }];
    expect((await errorOf('PutTargets', { Rule: 'all', EventBusName: 'own', Targets })).message).toContain(reason);
  });

  test('listings name rules and their targets', async () => {
    const { call } = await anAccount();
    expect(await call('ListRules', { EventBusName: 'own' })).toMatchObject({
      Rules: [{ Name: 'all', State: 'ENABLED' }],
    });
    expect(await call('ListTargetsByRule', { Rule: 'all', EventBusName: 'own' })).toEqual({
      Targets: [{ Id: 'one', Arn: lambdaArn }],
    });
  });
});
