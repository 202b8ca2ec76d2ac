import { listSlots } from '../../../shared/store/machines.ts';
import { asAdministrator, createMachines, deletion } from './createMachines.ts';
import { everyCallDiesOnce, type Steps, steps } from './steps.ts';

jest.setTimeout(60_000); // whole clusters, on machines that may be busy

interface Instance {
  readonly State: { readonly Name: string };
  readonly NetworkInterfaces: readonly { readonly PrivateIpAddress: string }[];
  readonly BlockDeviceMappings: readonly object[];
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

/** Counts of everything that machines consist of, of every owner. */
async function census({ aws }: Steps): Promise<Record<string, number>> {
  const { Reservations } = await aws.call<{ Reservations: { Instances: Instance[] }[] }>('DescribeInstances');
  const instances = Reservations.flatMap(({ Instances }) => Instances);
  const count = async (operation: string, field: string) =>
    ((await aws.call<Record<string, unknown[]>>(operation))[field] ?? []).length;
  return {
    instances: instances.filter(({ State }) => State.Name !== 'terminated').length,
    volumes: await count('DescribeVolumes', 'Volumes'),
    interfaces: await count('DescribeNetworkInterfaces', 'NetworkInterfaces'),
    templates: await count('DescribeLaunchTemplates', 'LaunchTemplates'),
    groups: await count('autoscaling:DescribeAutoScalingGroups', 'AutoScalingGroups'),
    profiles: await count('iam:ListInstanceProfiles', 'InstanceProfiles'),
    aliases: await count('kms:ListAliases', 'Aliases'),
    vpcs: await count('DescribeVpcs', 'Vpcs'),
  };
}

test('every slot’s machine has its address and its volume, and a repeat launches none twice', async () => {
  const cluster = await steps();
  await createMachines(cluster);
  await cluster.aws.world.clock.advance({ minutes: 1 });
  const before = await census(cluster);
  await createMachines(cluster, 1);
  expect(await census(cluster)).toEqual(before);

  const { slots, nodeGroups } = cluster.plan.blueprint;
  const workers = nodeGroups.reduce((sum, { size }) => sum + size.desired, 0);
  expect(before.instances).toBe(slots.length + workers);
  const rows = await asAdministrator(cluster.aws, () => listSlots(cluster.clusterId));
  for (const slot of slots) {
    const InstanceIds = rows.filter(({ slotKey }) => slotKey === slot.key).map(({ instanceId }) => instanceId ?? '');
    const { Reservations } = await cluster.aws.call<{ Reservations: { Instances: Instance[] }[] }>(
      'DescribeInstances',
      { InstanceIds },
    );
    const [instance] = Reservations[0]?.Instances ?? [];
    expect(instance?.NetworkInterfaces[0]?.PrivateIpAddress).toBe(slot.address);
    expect(instance?.BlockDeviceMappings).toHaveLength(slot.volume ? 2 : 1);
  }
});

test('a cluster with etcd on machines of its own launches members first and masters beside them', async () => {
  const cluster = await steps({ 'spec.etcd': { members: 3, placement: 'dedicated' } });
  await createMachines(cluster);
  const rows = await asAdministrator(cluster.aws, () => listSlots(cluster.clusterId));
  expect(rows.map(({ slotKey, instanceId }) => [slotKey, instanceId !== undefined])).toEqual(
    ['etcd-0', 'etcd-1', 'etcd-2', 'master-0', 'master-1', 'master-2'].map((key) => [key, true]),
  );
});

test('deleting takes every machine, group, template, role and alias with it, twice', async () => {
  const cluster = await steps();
  const untouched = await census(cluster);
  await createMachines(cluster);
  for (const name of [...deletion, ...deletion]) await cluster.run(name);
  expect(await census(cluster)).toEqual(untouched);
});

test.each(['before', 'after'] as const)(
  'machines whose every call died once %s its effect are the same, and go again',
  async (side) => {
    const calm = await steps();
    const untouched = await census(calm);
    await createMachines(calm);
    await calm.aws.world.clock.advance({ minutes: 1 });

    const cluster = await steps({}, [everyCallDiesOnce(side)]);
    await createMachines(cluster);
    await cluster.aws.world.clock.advance({ minutes: 1 });
    expect(await census(cluster)).toEqual(await census(calm));

    for (const name of deletion) await cluster.run(name);
    expect(await census(cluster)).toEqual(untouched);
  },
);
