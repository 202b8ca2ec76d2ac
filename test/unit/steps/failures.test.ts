import { capacityFaults } from '../../../local/cloud/ec2/capacityFaults.ts';
import { readSlot } from '../../../shared/store/machines.ts';
import { asAdministrator, beforeLaunch } from './createMachines.ts';
import { losesAnswerOf, lostAnswer } from './planted.ts';
import { type Steps, steps } from './steps.ts';

jest.setTimeout(60_000); // whole clusters, on machines that may be busy

const slotOf = ({ aws, clusterId }: Steps, key: string) => asAdministrator(aws, () => readSlot(clusterId, key));

test('a NAT gateway that fails ends the step with its cause; resuming after the cause is fixed makes another', async () => {
  const cluster = await steps();
  const { vpcId } = await cluster.run('createVpc');
  const { subnetIds } = await cluster.run('createSubnets', { vpcId });
  await cluster.run('createNatGateways', { subnetIds }); // there is no internet gateway
  await expect(cluster.run('awaitNatGateways', { subnetIds })).rejects.toMatchObject({
    name: 'Conflict',
    message: expect.stringContaining('Gateway.NotAttached'),
  });

  await cluster.run('createInternetGateway', { vpcId });
  const { natGatewayIds } = await cluster.run('awaitNatGateways', { subnetIds }, { attempt: 1000 });
  expect(Object.keys(natGatewayIds as object)).toHaveLength(3);
});

test('a lost answer whose VPC shows only later is adopted, not doubled', async () => {
  const cluster = await steps({}, [losesAnswerOf('CreateVpc')]);
  await expect(cluster.once('createVpc')).rejects.toMatchObject(lostAnswer);
  await expect(cluster.once('createVpc')).rejects.toMatchObject({ name: 'NotReady' });
  const { vpcId } = await cluster.run('createVpc');
  const { Vpcs } = await cluster.aws.call<{ Vpcs: { VpcId: string; IsDefault: boolean }[] }>('DescribeVpcs');
  expect(Vpcs.filter(({ IsDefault }) => !IsDefault).map(({ VpcId }) => VpcId)).toEqual([vpcId]);
});

test('a machine that was terminated is replaced in its slot, on the same address', async () => {
  const cluster = await steps();
  const parts = await beforeLaunch(cluster);
  await cluster.run('launchEtcd', parts);
  const before = await slotOf(cluster, 'master-1');
  await cluster.aws.call('TerminateInstances', { InstanceIds: [before.instanceId] });

  await cluster.run('launchEtcd', parts, { attempt: 1 });
  const after = await slotOf(cluster, 'master-1');
  expect(after.attempt).toBe(before.attempt + 1);
  expect(after.instanceId).not.toBe(before.instanceId);
  expect(await slotOf(cluster, 'master-0')).toMatchObject({ attempt: 0 });
});

test('an interface that stays attached after its machine has ended makes the deletion wait', async () => {
  const cluster = await steps();
  await cluster.run('launchEtcd', await beforeLaunch(cluster));
  const inUse = { name: 'NotReady', message: expect.stringMatching(/^eni-\w+ is still in use/) };
  await expect(cluster.once('awaitMachinesGone')).rejects.toMatchObject({ name: 'NotReady' });
  await expect(cluster.once('deleteSlots')).rejects.toMatchObject(inUse);
  await cluster.run('terminateMachines');
  await cluster.run('awaitMachinesGone', {}, { pauseSeconds: 1 });
  await expect(cluster.once('deleteSlots')).rejects.toMatchObject(inUse);
  await cluster.run('deleteSlots');
});

test('a zone without capacity is named, and what the other slots were given stays', async () => {
  const cluster = await steps();
  const parts = await beforeLaunch(cluster);
  const [slot] = cluster.plan.blueprint.slots;
  const type = slot?.machine.instanceTypes[0] ?? '';
  noCapacity(cluster, slot?.zone ?? '', type);
  await expect(cluster.run('launchEtcd', parts)).rejects.toMatchObject({
    name: 'InsufficientCapacity',
    message: expect.stringContaining(slot?.zone ?? 'no zone'),
  });
  const kept = await slotOf(cluster, 'master-1');
  expect(kept.instanceId).toBeDefined();

  capacityFaults(cluster.aws.world).delete(`${slot?.zone}/${type}`);
  await cluster.run('launchEtcd', parts, { attempt: 1 });
  expect(await slotOf(cluster, 'master-1')).toMatchObject({ instanceId: kept.instanceId });
});

test('a node group without capacity ends the wait with Auto Scaling’s cause', async () => {
  const cluster = await steps();
  const { subnetIds, securityGroupIds, keyArns } = await beforeLaunch(cluster);
  await cluster.run('createNodeGroups', { subnetIds, securityGroupIds, keyArns });
  const [group] = cluster.plan.blueprint.nodeGroups;
  for (const zone of cluster.plan.blueprint.cluster.zones) {
    for (const type of group?.machine.instanceTypes ?? []) noCapacity(cluster, zone, type);
  }
  const input = { nodeGroup: group?.name, taskToken: 'token' };
  await cluster.run('rollNodes', input);
  await cluster.aws.world.clock.advance({ minutes: 5 });
  await expect(cluster.once('rollNodes', input, 1)).rejects.toMatchObject({
    name: 'InsufficientCapacity',
    message: expect.stringContaining(`Node group ${group?.name} has 0 of`),
  });
});

test('the objects of a cluster go with every version, those of others stay', async () => {
  const cluster = await steps();
  await cluster.aws.call('s3:CreateBucket', { Bucket: 'kubestep-test' });
  await cluster.aws.call('s3:PutBucketVersioning', {
    Bucket: 'kubestep-test',
    VersioningConfiguration: { Status: 'Enabled' },
  });
  const keys = [
    `clusters/${cluster.clusterId}/bundles/a`,
    `clusters/${cluster.clusterId}/bundles/a`,
    'clusters/other/b',
  ];
  for (const Key of keys)
    await cluster.aws.call('s3:PutObject', { Bucket: 'kubestep-test', Key, Body: Buffer.from(Key) });

  expect(await cluster.run('deleteObjects')).toEqual({ deleted: 2 });
  expect(await cluster.run('deleteObjects')).toEqual({ deleted: 0 });
  const { Versions } = await cluster.aws.call<{ Versions: { Key: string }[] }>('s3:ListObjectVersions', {
    Bucket: 'kubestep-test',
  });
  expect(Versions.map(({ Key }) => Key)).toEqual(['clusters/other/b']);
});

function noCapacity({ aws }: Steps, zone: string, type: string): void {
  capacityFaults(aws.world).put(`${zone}/${type}`, { remaining: 0 });
}
