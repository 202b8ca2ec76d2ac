import { capacityFaults } from '../../../../local/cloud/ec2/capacityFaults.ts';
import type { MachineInstance } from '../../../../local/cloud/machinePort.ts';
import { inertMachines } from '../../../support/testWorld.ts';
import { compute, described, launch, launchInput, launchOne, stateOf } from './compute.ts';

const statesOf = (emitted: readonly { readonly detail: object }[]) =>
  emitted.map(({ detail }) => (detail as { state?: string }).state);

describe('the life of an instance', () => {
  test('goes from pending to running to terminated, and each state is an event', async () => {
    const world = await compute();
    const id = await launchOne(world);
    await world.world.clock.advance({ seconds: 1 });
    expect(await stateOf(world, id)).toBe('pending');
    await world.world.clock.advance({ seconds: 5 });
    expect(await stateOf(world, id)).toBe('running');
    await world.call('TerminateInstances', { InstanceIds: [id] });
    expect(await stateOf(world, id)).toBe('shutting-down');
    await world.world.clock.advance({ seconds: 30 });
    expect(await stateOf(world, id)).toBe('terminated');
    expect(statesOf(world.world.emitted)).toEqual(['pending', 'running', 'shutting-down', 'terminated']);
    expect(world.world.failedJobs).toEqual([]);
  });

  test.each(['TerminateInstances', 'StopInstances'])(
    'an instance whose machine takes long is not gone before it: %s',
    async (operation) => {
      let isOver = false;
      const world = await compute({ machines: { ...inertMachines, hasEnded: () => isOver } });
      const id = await launchOne(world);
      await world.world.clock.advance({ seconds: 10 });
      await world.call(operation, { InstanceIds: [id] });
      await world.world.clock.advance({ minutes: 4 });
      expect(await stateOf(world, id)).toMatch(/shutting-down|stopping/);
      expect((await described(world, id)).NetworkInterfaces).toHaveLength(1);
      isOver = true;
      await world.world.clock.advance({ seconds: 2 });
      expect(await stateOf(world, id)).toMatch(/terminated|stopped/);
      expect(world.world.failedJobs).toEqual([]);
    },
  );

  test('a terminated instance is shown for an hour and then unknown', async () => {
    const world = await compute();
    const id = await launchOne(world);
    await world.world.clock.advance({ seconds: 10 });
    await world.call('TerminateInstances', { InstanceIds: [id] });
    await world.world.clock.advance({ minutes: 59 });
    expect(await stateOf(world, id)).toBe('terminated');
    await world.world.clock.advance({ minutes: 2 });
    const error = await world.errorOf('DescribeInstances', { InstanceIds: [id] });
    expect(error.name).toBe('InvalidInstanceID.NotFound');
  });

  test('the machine starts when the instance runs, with what it was launched with', async () => {
    const started: MachineInstance[] = [];
    const machines = { ...inertMachines, start: (instance: MachineInstance) => void started.push(instance) };
    const world = await compute({ machines });
    const id = await launchOne(world, { UserData: Buffer.from('#!/bin/sh').toString('base64') });
    await world.world.clock.advance({ seconds: 3 });
    expect(started).toEqual([]);
    await world.world.clock.advance({ seconds: 3 });
    expect(started).toMatchObject([
      { instanceId: id, architecture: 'arm64', zone: 'us-east-1a', userData: 'IyEvYmluL3No' },
    ]);
  });

  test('a stopped instance keeps its volumes and address, frees its vCPUs and starts again', async () => {
    const world = await compute({ quotas: { 'L-1216C47A': 2 } });
    const id = await launchOne(world);
    await world.world.clock.advance({ seconds: 10 });
    const before = await described(world, id);
    expect((await world.errorOf('RunInstances', launchInput(world))).name).toBe('VcpuLimitExceeded');
    await world.call('StopInstances', { InstanceIds: [id] });
    await world.world.clock.advance({ seconds: 40 });
    expect(await stateOf(world, id)).toBe('stopped');
    await world.call('StartInstances', { InstanceIds: [id] });
    await world.world.clock.advance({ seconds: 10 });
    const after = await described(world, id);
    expect(after.State?.Name).toBe('running');
    expect(after.PrivateIpAddress).toBe(before.PrivateIpAddress);
    expect(after.BlockDeviceMappings).toEqual(before.BlockDeviceMappings);
  });

  test('a protected instance is not terminated until protection is off', async () => {
    const world = await compute();
    const id = await launchOne(world, { DisableApiTermination: true });
    expect((await world.errorOf('TerminateInstances', { InstanceIds: [id] })).name).toBe('OperationNotPermitted');
    await world.call('ModifyInstanceAttribute', { InstanceId: id, DisableApiTermination: { Value: false } });
    await world.call('TerminateInstances', { InstanceIds: [id] });
    expect(await stateOf(world, id)).toBe('shutting-down');
  });

  test('one unknown id fails the whole termination', async () => {
    const world = await compute();
    const id = await launchOne(world);
    const unknown = 'i-0123456789abcdef0';
    const error = await world.errorOf('TerminateInstances', { InstanceIds: [id, unknown] });
    expect(error.name).toBe('InvalidInstanceID.NotFound');
    await world.world.clock.advance({ seconds: 10 });
    expect(await stateOf(world, id)).toBe('running');
    expect((await world.errorOf('TerminateInstances', { InstanceIds: ['nonsense'] })).name).toBe(
      'InvalidInstanceID.Malformed',
    );
  });
});

describe('what a launch leaves behind', () => {
  test('its own interface and volumes go, an existing interface is free again', async () => {
    const world = await compute();
    const { NetworkInterface } = await world.call<{ NetworkInterface: { NetworkInterfaceId: string } }>(
      'CreateNetworkInterface',
      { SubnetId: world.subnetIds[0] },
    );
    const slot = NetworkInterface.NetworkInterfaceId;
    const onSlot = {
      SubnetId: undefined,
      SecurityGroupIds: undefined,
      NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: slot }],
    };
    const id = await launchOne(world, onSlot);
    expect((await world.errorOf('RunInstances', launchInput(world, onSlot))).name).toBe(
      'InvalidNetworkInterface.InUse',
    );
    await world.call('TerminateInstances', { InstanceIds: [id] });
    await world.world.clock.advance({ seconds: 29 });
    expect((await world.errorOf('RunInstances', launchInput(world, onSlot))).name).toBe(
      'InvalidNetworkInterface.InUse',
    );
    await world.world.clock.advance({ seconds: 10 });
    const { Volumes } = await world.call<{ Volumes: unknown[] }>('DescribeVolumes');
    expect(Volumes).toEqual([]);
    expect(await launchOne(world, onSlot)).not.toBe(id);
  });

  test('tags go to instance, volume and interface', async () => {
    const world = await compute();
    const Tags = [{ Key: 'kubestep/cluster', Value: 'a' }];
    const TagSpecifications = ['instance', 'volume', 'network-interface'].map((ResourceType) => ({
      ResourceType,
      Tags,
    }));
    const id = await launchOne(world, { TagSpecifications });
    await world.world.clock.advance({ seconds: 5 });
    const { Tags: found } = await world.call<{ Tags: { ResourceType: string; ResourceId: string }[] }>('DescribeTags', {
      Filters: [{ Name: 'key', Values: ['kubestep/cluster'] }],
    });
    expect(found.map(({ ResourceType }) => ResourceType).sort()).toEqual(['instance', 'network-interface', 'volume']);
    expect(found.find(({ ResourceType }) => ResourceType === 'instance')?.ResourceId).toBe(id);
  });
});

describe('a launch is refused', () => {
  const refused: [what: string, code: string, overrides: object][] = [
    ['an unknown image', 'InvalidAMIID.NotFound', { ImageId: 'ami-0123456789abcdef0' }],
    ['another architecture', 'InvalidParameterValue', { InstanceType: 'm7i.large' }],
    ['an unknown profile', 'InvalidParameterValue', { IamInstanceProfile: { Name: 'nobody' } }],
    ['a subnet beside interfaces', 'InvalidParameterCombination', { NetworkInterfaces: [{ DeviceIndex: 0 }] }],
    ['no subnet without a default VPC', 'VPCIdNotSpecified', { SubnetId: undefined }],
    ['another zone than the subnet', 'InvalidParameterValue', { Placement: { AvailabilityZone: 'us-east-1b' } }],
    ['user data that is no base64', 'InvalidUserData.Malformed', { UserData: '#!/bin/sh' }],
    ['user data over 16 KB', 'InvalidParameterValue', { UserData: Buffer.alloc(16_385).toString('base64') }],
    [
      'a key without encryption',
      'InvalidParameterDependency',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { KmsKeyId: 'k' } }] },
    ],
    [
      'a root volume smaller than the image',
      'InvalidBlockDeviceMapping',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 4 } }] },
    ],
    ['a parameter that is not modelled', 'NotModelled', { KeyName: 'mine' }],
    [
      'metadata tags with a slash',
      'InvalidParameterValue',
      {
        MetadataOptions: { InstanceMetadataTags: 'enabled' },
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'kubestep/cluster', Value: 'a' }] }],
      },
    ],
  ];
  test.each(refused)('%s: %s', async (_, code, overrides) => {
    const world = await compute();
    const error = await world.errorOf('RunInstances', launchInput(world, overrides));
    expect(error.name).toBe(code);
    const { Reservations } = await world.call<{ Reservations: unknown[] }>('DescribeInstances');
    expect(Reservations).toEqual([]);
  });
});

describe('a client token', () => {
  test('launches once, and again in another zone', async () => {
    const world = await compute();
    const first = await launchOne(world, { ClientToken: 'once' });
    expect(await launchOne(world, { ClientToken: 'once' })).toBe(first);
    expect(await launchOne(world, { ClientToken: 'once', SubnetId: world.subnetIds[1] })).not.toBe(first);
  });

  test('refuses other parameters, and is dead with its instance', async () => {
    const world = await compute();
    const id = await launchOne(world, { ClientToken: 'once' });
    const other = launchInput(world, { ClientToken: 'once', InstanceType: 't4g.large' });
    expect((await world.errorOf('RunInstances', other)).name).toBe('IdempotentParameterMismatch');
    await world.call('TerminateInstances', { InstanceIds: [id] });
    await world.world.clock.advance({ hours: 2 });
    const same = launchInput(world, { ClientToken: 'once' });
    expect((await world.errorOf('RunInstances', same)).name).toBe('IdempotentInstanceTerminated');
  });
});

describe('what is short', () => {
  test('capacity ends in one zone and type, as a server error', async () => {
    const world = await compute();
    capacityFaults(world.world).put('us-east-1a/t4g.small', { remaining: 1 });
    expect(await launch(world, { MaxCount: 5 })).toHaveLength(1);
    const error = await world.errorOf('RunInstances', launchInput(world));
    expect(error).toMatchObject({ name: 'InsufficientInstanceCapacity', statusCode: 500 });
    expect(await launch(world, { InstanceType: 't4g.medium' })).toHaveLength(1);
    expect(await launch(world, { SubnetId: world.subnetIds[1] })).toHaveLength(1);
  });

  test('the first 1,000 instances launch at once, then two a second', async () => {
    const world = await compute();
    expect(await launch(world, { MinCount: 1000, MaxCount: 1000 })).toHaveLength(1000);
    const ten = launchInput(world, { MinCount: 10, MaxCount: 10 });
    expect((await world.errorOf('RunInstances', ten)).name).toBe('RequestLimitExceeded');
    await world.world.clock.advance({ seconds: 5 });
    expect(await launch(world, { MinCount: 10, MaxCount: 10 })).toHaveLength(10);
  });

  test('the sixth request at once is throttled', async () => {
    const world = await compute();
    const answers = Array.from({ length: 6 }, () =>
      world.cloud
        .call({
          principal: { kind: 'administrator', arn: 'arn' },
          service: 'ec2',
          operation: 'RunInstances',
          input: { ...launchInput(world) },
        })
        .then(
          () => 'launched',
          (error: Error) => error.name,
        ),
    );
    const outcomes = await world.world.clock.runUntil(Promise.all(answers));
    expect(outcomes.filter((outcome) => outcome === 'launched')).toHaveLength(5);
    expect(outcomes).toContain('RequestLimitExceeded');
  });
});

test('a profile is unknown to EC2 until it has spread', async () => {
  const world = await compute();
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  await world.call('iam:CreateRole', { RoleName: 'node', AssumeRolePolicyDocument: JSON.stringify(trust) });
  await world.call('iam:CreateInstanceProfile', { InstanceProfileName: 'node' });
  await world.call('iam:AddRoleToInstanceProfile', { InstanceProfileName: 'node', RoleName: 'node' });
  const named = { IamInstanceProfile: { Name: 'node' } };
  const error = await world.errorOf('RunInstances', launchInput(world, named));
  expect(error.message).toContain('Invalid IAM Instance Profile name');
  await world.world.clock.advance({ seconds: 10 });
  const id = await launchOne(world, named);
  await world.world.clock.advance({ seconds: 1 });
  expect((await described(world, id)).IamInstanceProfile?.Arn).toMatch(/instance-profile\/node$/);
});

test('instances are listed and filtered seconds after their launch, page by page', async () => {
  const world = await compute();
  await launch(world, { MinCount: 7, MaxCount: 7 });
  const list = (input: object) =>
    world.call<{ Reservations: { Instances: unknown[] }[]; NextToken?: string }>('DescribeInstances', input);
  expect((await list({})).Reservations).toEqual([]);
  await world.world.clock.advance({ seconds: 6 });
  const running = [{ Name: 'instance-state-name', Values: ['running'] }];
  const first = await list({ Filters: running, MaxResults: 5 });
  const second = await list({ Filters: running, MaxResults: 5, NextToken: first.NextToken });
  const count = [...first.Reservations, ...second.Reservations].flatMap(({ Instances }) => Instances).length;
  expect(count).toBe(7);
  expect(second.NextToken).toBeUndefined();
  expect(
    (await world.errorOf('DescribeInstances', { Filters: [{ Name: 'spot-instance-request-id', Values: ['x'] }] })).name,
  ).toBe('NotModelled');
});
