import { DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import { succeed } from '../../../local/machines/nspawn/machine/command.ts';
import { deviceNameOf, routerNamespace } from '../../../local/machines/nspawn/network/networkNames.ts';
import { aws, inNode, kubectl, masters, nodes, workers, world } from '../support/cluster.ts';
import { healthyMembers } from '../support/etcd.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { ensureProbes, inProbe, namespace, probes } from '../support/probes.ts';
import { until } from '../support/world.ts';

onMachines('a worker that is cut off the network', () => {
  test('is not ready within a minute and a half, and returns by itself', async () => {
    await ensureProbes();
    const [worker = ''] = await workers();
    const reconnect = await cutOff(worker);
    try {
      await until('the node is not ready', 90, async () => ((await isNodeReady(worker)) ? undefined : true));
      expect((await nodes()).filter(isReady)).toHaveLength(4);
      expect(await kubectl('get', '--raw', '/readyz')).toBe('ok');
    } finally {
      await reconnect();
    }
    await until('the node is ready again', 60, async () => ((await isNodeReady(worker)) ? true : undefined));
    await answersOn(worker);
  });
});

onMachines('machines that are restarted from inside', () => {
  test('come back by themselves: a master and a worker at once', async () => {
    await ensureProbes();
    const [master = '', other = ''] = await masters();
    const [, worker = ''] = await workers();
    const before = new Map(await Promise.all([master, worker].map(async (id) => [id, await bootOf(id)] as const)));
    // The machine goes down under the command.
    for (const machine of before.keys()) await inNode(machine, 'systemctl reboot').catch(() => '');

    for (const [machine, boot] of before) {
      await until(`${machine} has booted again`, 240, async () =>
        (await bootOf(machine)) === boot ? undefined : true,
      );
      await until(`${machine} has done its work at boot`, 120, () =>
        inNode(machine, 'systemctl is-active kubestep-boot.service'),
      );
      await until(`${machine} is ready`, 120, async () => ((await isNodeReady(machine)) ? true : undefined));
    }
    await until('etcd has three members', 60, async () => ((await healthyMembers(other)) === 3 ? true : undefined));
    for (const machine of before.keys()) await answersOn(machine);
    const secrets = 'stat --format %a /run/kubestep/secrets/service-account.key';
    expect(await inNode(master, secrets)).toBe('600\n');
  }, 600_000);
});

const bootOf = (machine: string): Promise<string> => inNode(machine, 'cat /proc/sys/kernel/random/boot_id');

const isNodeReady = async (id: string): Promise<boolean> =>
  (await nodes()).some((node) => node.metadata.name === id && isReady(node));

/** The probe of a node runs, finds the Service by its name and is reached from the others. */
async function answersOn(id: string): Promise<void> {
  await until(`pods on ${id} work`, 120, async () => {
    await kubectl('rollout', 'status', 'daemonset/probe', '--namespace', namespace, '--timeout', '60s');
    const [own] = (await probes()).filter(({ node }) => node === id);
    const [other] = (await probes()).filter(({ node }) => node !== id);
    if (!own || !other) return undefined;
    await inProbe(own, 'wget -qO- http://probe/');
    return (await inProbe(other, `wget -qO- http://${own.address}:8080/`)).trim() === own.name || undefined;
  });
}

/** The router's table of rules that loses every packet of a machine; on its other rules nothing changes. */
const lossOf = (device: string): string => `
table ip cut {
  chain from { type filter hook prerouting priority -400; iifname "${device}" drop; }
  chain to { type filter hook postrouting priority 400; oifname "${device}" drop; }
}
`;

/** Loses every packet from and to the machine; what it returns ends that. */
async function cutOff(instanceId: string): Promise<() => Promise<unknown>> {
  const { NetworkInterfaces = [] } = await aws().ec2.send(
    new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [instanceId] }] }),
  );
  const [{ NetworkInterfaceId = '', VpcId = '' } = {}] = NetworkInterfaces;
  const inRouter = (words: readonly string[], input?: string) =>
    succeed('nsenter', [`--net=/run/netns/${routerNamespace(world.worldId, VpcId)}`, 'nft', ...words], {
      ...(input !== undefined && { input }),
    });
  await inRouter(['--file', '-'], lossOf(deviceNameOf(NetworkInterfaceId)));
  return () => inRouter(['delete', 'table', 'ip', 'cut']);
}
