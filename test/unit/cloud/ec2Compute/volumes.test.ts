import type { Volume } from '@aws-sdk/client-ec2';
import { kms } from '../../../../local/cloud/kms/service.ts';
import { inertMachines } from '../../../support/testWorld.ts';
import { type Compute, compute, described, launchOne } from './compute.ts';

async function aVolume(world: Compute, overrides: object = {}): Promise<string> {
  const input = { AvailabilityZone: 'us-east-1a', Size: 20, VolumeType: 'gp3', ...overrides };
  const { VolumeId = '' } = await world.call<Volume>('CreateVolume', input);
  return VolumeId;
}

async function volume(world: Compute, id: string): Promise<Volume> {
  const { Volumes } = await world.call<{ Volumes: Volume[] }>('DescribeVolumes', { VolumeIds: [id] });
  return Volumes[0] ?? {};
}

async function aRunningInstance(world: Compute): Promise<string> {
  const id = await launchOne(world);
  await world.world.clock.advance({ seconds: 10 });
  return id;
}

describe('a volume', () => {
  test('is creating, available, in use and free again', async () => {
    const seen: string[] = [];
    const machines = {
      ...inertMachines,
      attachVolume: (_: string, id: string, device: string) => void seen.push(`attached ${id} as ${device}`),
      detachVolume: (_: string, id: string) => void seen.push(`detached ${id}`),
    };
    const world = await compute({ machines });
    const InstanceId = await aRunningInstance(world);
    const VolumeId = await aVolume(world);
    await world.world.clock.advance({ seconds: 1 });
    expect((await volume(world, VolumeId)).State).toBe('creating');
    await world.world.clock.advance({ seconds: 5 });
    expect((await volume(world, VolumeId)).State).toBe('available');

    await world.call('AttachVolume', { VolumeId, InstanceId, Device: '/dev/sdf' });
    expect(await volume(world, VolumeId)).toMatchObject({ State: 'in-use', Attachments: [{ State: 'attaching' }] });
    expect(seen).toEqual([]);
    await world.world.clock.advance({ seconds: 12 });
    expect((await volume(world, VolumeId)).Attachments).toMatchObject([{ State: 'attached', InstanceId }]);
    expect(seen).toEqual([`attached ${VolumeId} as /dev/sdf`]);
    expect((await described(world, InstanceId)).BlockDeviceMappings).toHaveLength(2);

    await world.call('DetachVolume', { VolumeId });
    expect((await volume(world, VolumeId)).Attachments).toMatchObject([{ State: 'detaching' }]);
    await world.world.clock.advance({ seconds: 5 });
    expect(await volume(world, VolumeId)).toMatchObject({ State: 'available', Attachments: [] });
    expect(seen).toContain(`detached ${VolumeId}`);
  });

  test('outlives its instance and is free once that is terminated', async () => {
    const world = await compute();
    const InstanceId = await aRunningInstance(world);
    const VolumeId = await aVolume(world);
    await world.world.clock.advance({ seconds: 6 });
    await world.call('AttachVolume', { VolumeId, InstanceId, Device: '/dev/sdf' });
    await world.world.clock.advance({ seconds: 15 });
    await world.call('TerminateInstances', { InstanceIds: [InstanceId] });
    await world.world.clock.advance({ seconds: 20 });
    expect((await volume(world, VolumeId)).State).toBe('in-use');
    await world.world.clock.advance({ seconds: 15 });
    expect((await volume(world, VolumeId)).State).toBe('available');
  });

  test('is gone soon after it is deleted', async () => {
    const world = await compute();
    const VolumeId = await aVolume(world);
    await world.world.clock.advance({ seconds: 6 });
    await world.call('DeleteVolume', { VolumeId });
    expect((await volume(world, VolumeId)).State).toBe('deleting');
    await world.world.clock.advance({ seconds: 10 });
    expect((await world.errorOf('DescribeVolumes', { VolumeIds: [VolumeId] })).name).toBe('InvalidVolume.NotFound');
  });

  test('grows, and not again within six hours', async () => {
    const world = await compute();
    const VolumeId = await aVolume(world);
    await world.world.clock.advance({ seconds: 6 });
    await world.call('ModifyVolume', { VolumeId, Size: 40, Iops: 6000 });
    expect(await volume(world, VolumeId)).toMatchObject({ Size: 40, Iops: 6000, Throughput: 125 });
    const again = { VolumeId, Size: 80 };
    expect((await world.errorOf('ModifyVolume', again)).name).toBe('VolumeModificationRateExceeded');
    await world.world.clock.advance({ hours: 7 });
    await world.call('ModifyVolume', again);
    expect((await volume(world, VolumeId)).Size).toBe(80);
  });

  test('under a key that is disabled disappears by itself', async () => {
    const world = await compute({}, [kms]);
    const { KeyMetadata } = await world.call<{ KeyMetadata: { KeyId: string } }>('kms:CreateKey');
    await world.world.clock.advance({ seconds: 5 });
    await world.call('kms:DisableKey', { KeyId: KeyMetadata.KeyId });
    const VolumeId = await aVolume(world, { Encrypted: true, KmsKeyId: KeyMetadata.KeyId });
    await world.world.clock.advance({ seconds: 10 });
    expect((await world.errorOf('DescribeVolumes', { VolumeIds: [VolumeId] })).name).toBe('InvalidVolume.NotFound');
  });
});

describe('refused:', () => {
  test('attaching across zones, to what does not run yet, twice, or at a place that is taken', async () => {
    const world = await compute();
    const InstanceId = await launchOne(world);
    const VolumeId = await aVolume(world);
    const foreign = await aVolume(world, { AvailabilityZone: 'us-east-1b' });
    const other = await aVolume(world);
    const attach = { VolumeId, InstanceId, Device: '/dev/sdf' };
    expect((await world.errorOf('AttachVolume', attach)).name).toBe('IncorrectState');
    await world.world.clock.advance({ seconds: 10 });
    expect((await world.errorOf('AttachVolume', { ...attach, VolumeId: foreign })).name).toBe(
      'InvalidVolume.ZoneMismatch',
    );
    await world.call('AttachVolume', attach);
    expect((await world.errorOf('AttachVolume', attach)).name).toBe('VolumeInUse');
    expect((await world.errorOf('AttachVolume', { ...attach, VolumeId: other })).name).toBe('InvalidParameterValue');
    expect((await world.errorOf('DeleteVolume', { VolumeId })).name).toBe('VolumeInUse');
  });

  test.each([
    ['more IOPS than gp3 has', 'InvalidParameterValue', { Iops: 100_000 }],
    ['more IOPS a GiB than gp3 has', 'InvalidParameterCombination', { Size: 10, Iops: 6000 }],
    ['more throughput than the IOPS carry', 'InvalidParameterCombination', { Throughput: 1000 }],
    ['io2 without IOPS', 'MissingParameter', { VolumeType: 'io2' }],
    ['an unknown zone', 'InvalidParameterValue', { AvailabilityZone: 'us-east-1z' }],
    ['a type that is not modelled', 'InvalidParameterValue', { VolumeType: 'sc1' }],
  ])('%s', async (_, code, overrides) => {
    const world = await compute();
    const input = { AvailabilityZone: 'us-east-1a', Size: 20, VolumeType: 'gp3', ...overrides };
    expect((await world.errorOf('CreateVolume', input)).name).toBe(code);
  });

  test('storage beyond the quota, until some is deleted', async () => {
    const world = await compute({ quotas: { 'L-7A658B76': 1 } });
    const VolumeId = await aVolume(world, { Size: 1000 });
    const more = { AvailabilityZone: 'us-east-1a', Size: 100, VolumeType: 'gp3' };
    expect((await world.errorOf('CreateVolume', more)).name).toBe('VolumeLimitExceeded');
    await world.world.clock.advance({ seconds: 10 });
    await world.call('DeleteVolume', { VolumeId });
    await expect(world.call('CreateVolume', more)).resolves.toMatchObject({ Size: 100 });
  });
});

test('a token creates one volume', async () => {
  const world = await compute();
  const first = await aVolume(world, { ClientToken: 'once' });
  expect(await aVolume(world, { ClientToken: 'once' })).toBe(first);
  const other = { AvailabilityZone: 'us-east-1a', Size: 30, VolumeType: 'gp3', ClientToken: 'once' };
  expect((await world.errorOf('CreateVolume', other)).name).toBe('IdempotentParameterMismatch');
});
