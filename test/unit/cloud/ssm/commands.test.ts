import { sleep } from '../../../../local/clock/clock.ts';
import type { RoleSession } from '../../../../local/cloud/principal.ts';
import { instanceId, managedInstances, otherInstanceId, success } from './ssmWorld.ts';

const drain = { DocumentName: 'verbs', InstanceIds: [instanceId], Parameters: { verb: ['drain'] } };

type Sent = { Command: { CommandId: string; Status: string } };

describe('SendCommand', () => {
  test('runs the document on the machine, and the invocation has the result', async () => {
    const { call, ran, world } = await managedInstances();
    const { Command } = await call<Sent>('SendCommand', drain);
    expect(Command.Status).toBe('Pending');
    await world.clock.advance({ seconds: 30 });
    expect(ran).toEqual([
      expect.objectContaining({
        commandId: Command.CommandId,
        instanceId,
        documentName: 'verbs',
        parameters: { verb: ['drain'], arguments: [''], timeout: ['120'] },
        timeoutSeconds: 120,
      }),
    ]);
    const asked = { CommandId: Command.CommandId, InstanceId: instanceId };
    expect(await call('GetCommandInvocation', asked)).toMatchObject({
      Status: 'Success',
      ResponseCode: 0,
      StandardOutputContent: 'done',
    });
    expect(world.failedJobs).toEqual([]);
  });

  test('the invocation does not exist right after the answer, and is in progress while the script runs', async () => {
    const { cloud, call, errorOf, world } = await managedInstances(async () => {
      await sleep(world.clock, 60_000);
      return success;
    });
    const { Command } = await call<Sent>('SendCommand', drain);
    const asked = { CommandId: Command.CommandId, InstanceId: instanceId };
    expect((await errorOf('GetCommandInvocation', asked)).name).toBe('InvocationDoesNotExist');
    await world.clock.advance({ seconds: 10 });
    expect(await call('GetCommandInvocation', asked)).toMatchObject({ Status: 'InProgress', ResponseCode: -1 });
    await world.clock.advance({ seconds: 70 });
    expect(await call('GetCommandInvocation', asked)).toMatchObject({ Status: 'Success' });
    expect(cloud.world).toBe(world);
  });

  test('keeps 24,000 characters of output and 8,000 of errors', async () => {
    const long = 'x'.repeat(30_000);
    const { call, world } = await managedInstances(() =>
      Promise.resolve({ status: 'Failed', exitCode: 3, standardOutput: long, standardError: long }),
    );
    const { Command } = await call<Sent>('SendCommand', drain);
    await world.clock.advance({ seconds: 30 });
    const output = await call<{ StandardOutputContent: string; StandardErrorContent: string }>('GetCommandInvocation', {
      CommandId: Command.CommandId,
      InstanceId: instanceId,
    });
    expect(output).toMatchObject({ Status: 'Failed', ResponseCode: 3 });
    expect(output.StandardOutputContent).toHaveLength(24_000);
    expect(output.StandardErrorContent).toHaveLength(8_000);
  });

  test.each([
    ['a verb outside the enum', { verb: ['reboot'] }],
    ['a shell character that the pattern forbids', { verb: ['drain'], arguments: ['$(id)'] }],
    ['a newline', { verb: ['drain'], arguments: ['YQ==\nYQ=='] }],
    ['a parameter that the document lacks', { verb: ['drain'], command: ['id'] }],
    ['two values for a text', { verb: ['drain', 'apply'] }],
    ['a missing parameter', {}],
  ])('refuses %s as InvalidParameters, and no machine hears of it', async (_, Parameters) => {
    const { errorOf, ran, world } = await managedInstances();
    expect((await errorOf('SendCommand', { ...drain, Parameters })).name).toBe('InvalidParameters');
    await world.clock.advance({ seconds: 30 });
    expect(ran).toEqual([]);
  });

  test('refuses an instance whose agent is not connected, an unknown document and 51 instances', async () => {
    const { errorOf, online } = await managedInstances();
    online.delete(otherInstanceId);
    const both = { ...drain, InstanceIds: [instanceId, otherInstanceId] };
    expect(await errorOf('SendCommand', both)).toMatchObject({
      name: 'InvalidInstanceId',
      message: expect.stringContaining(`[[${otherInstanceId}]]`),
    });
    expect((await errorOf('SendCommand', { ...drain, DocumentName: 'none' })).name).toBe('InvalidDocument');
    const many = Array.from({ length: 51 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    expect((await errorOf('SendCommand', { ...drain, InstanceIds: many })).name).toBe('ValidationException');
  });

  test('times out its delivery when the agent never comes back', async () => {
    const { call, online, ran, world } = await managedInstances();
    const { Command } = await call<Sent>('SendCommand', { ...drain, TimeoutSeconds: 60 });
    online.clear();
    await world.clock.advance({ seconds: 20 });
    const asked = { CommandId: Command.CommandId, InstanceId: instanceId };
    expect(await call('GetCommandInvocation', asked)).toMatchObject({ Status: 'Delayed' });
    await world.clock.advance({ seconds: 60 });
    expect(await call('GetCommandInvocation', asked)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'DeliveryTimedOut',
    });
    expect(ran).toEqual([]);
  });

  test('is called timed out when the machine never answers', async () => {
    const { call, world } = await managedInstances(() => new Promise(() => {}));
    const { Command } = await call<Sent>('SendCommand', drain);
    await world.clock.advance({ minutes: 5 });
    const asked = { CommandId: Command.CommandId, InstanceId: instanceId };
    expect(await call('GetCommandInvocation', asked)).toMatchObject({
      Status: 'TimedOut',
      StatusDetails: 'ExecutionTimedOut',
    });
  });

  test('an agent runs five commands at a time, the sixth waits', async () => {
    const { call, ran, world } = await managedInstances(async () => {
      await sleep(world.clock, 60_000);
      return success;
    });
    for (let count = 0; count < 6; count += 1) await call('SendCommand', drain);
    await world.clock.advance({ seconds: 20 });
    expect(ran).toHaveLength(5);
    await world.clock.advance({ seconds: 60 });
    expect(ran).toHaveLength(6);
  });

  test('sends an event for each change of an invocation and of the command', async () => {
    const { call, world } = await managedInstances();
    const { Command } = await call<Sent>('SendCommand', drain);
    await world.clock.advance({ seconds: 30 });
    const statuses = world.emitted.map(({ detailType, detail }) => [detailType, (detail as { status: string }).status]);
    expect(statuses).toEqual([
      ['EC2 Command Invocation Status-change Notification', 'InProgress'],
      ['EC2 Command Status-change Notification', 'InProgress'],
      ['EC2 Command Invocation Status-change Notification', 'Success'],
      ['EC2 Command Status-change Notification', 'Success'],
    ]);
    expect(world.emitted[2]?.detail).toMatchObject({ 'command-id': Command.CommandId, 'instance-id': instanceId });
  });

  test('a cancelled command never reaches a machine that has not begun', async () => {
    const { call, ran, world } = await managedInstances();
    const { Command } = await call<Sent>('SendCommand', drain);
    await call('CancelCommand', { CommandId: Command.CommandId });
    await world.clock.advance({ seconds: 30 });
    expect(ran).toEqual([]);
    expect(await call('ListCommands', { CommandId: Command.CommandId })).toMatchObject({
      Commands: [{ Status: 'Cancelled' }],
    });
  });
});

describe('rights', () => {
  test('a role may send its document to its cluster’s instances and nothing else', async () => {
    const { call, callAs, world } = await managedInstances();
    const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
    const { Role } = await call<{ Role: { Arn: string; RoleId: string } }>('iam:CreateRole', {
      RoleName: 'sender',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
    });
    const statement = { Effect: 'Allow', Action: 'ssm:SendCommand' };
    const ofClusterOne = { StringEquals: { 'ssm:resourceTag/kubestep/cluster': 'one' } };
    await call('iam:PutRolePolicy', {
      RoleName: 'sender',
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { ...statement, Resource: 'arn:aws:ssm:us-east-1:123456789012:document/verbs' },
          { ...statement, Resource: 'arn:aws:ec2:us-east-1:123456789012:instance/*', Condition: ofClusterOne },
        ],
      }),
    });
    await world.clock.advance({ minutes: 2 });
    const role: RoleSession = { kind: 'role', roleArn: Role.Arn, roleId: Role.RoleId, sessionName: 'test' };
    await callAs(role, 'SendCommand', drain);
    const shell = { ...drain, DocumentName: 'AWS-RunShellScript', Parameters: { commands: ['id'] } };
    await expect(callAs(role, 'SendCommand', shell)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const foreign = { ...drain, InstanceIds: ['i-0cccccccccccccccc'] };
    await expect(callAs(role, 'SendCommand', foreign)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
