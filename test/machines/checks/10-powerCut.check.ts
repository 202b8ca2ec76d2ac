import { DescribeInstancesCommand, StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { killMachine } from '../../../local/machines/nspawn/machine/machineLife.ts';
import { aws, inNode, kubectl, masters, nodes, world } from '../support/cluster.ts';
import { etcdctl, healthyMembers } from '../support/etcd.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { ensureProbes, namespace } from '../support/probes.ts';
import { type Attempt, beginWriting, isAcknowledged, type SteadyClient, writtenBy } from '../support/steadyClient.ts';
import { pause, until } from '../support/world.ts';

const prefix = 'power-cut';
const [quietSeconds, afterSeconds] = [5, 45];

onMachines('a master that loses its power while a client writes without pause', () => {
  let lost: string;
  let others: readonly string[];
  let attempts: readonly Attempt[];
  let cutAt: number;

  beforeAll(async () => {
    await ensureProbes();
    // The leader of etcd: the others have to elect one before anything is written.
    lost = await leader();
    others = (await masters()).filter((master) => master !== lost);
    const client = beginWriting(namespace, prefix);
    await pause(quietSeconds);
    cutAt = await cutPower(client);
    await pause(afterSeconds);
    attempts = await client.stop();
  });

  afterAll(async () => {
    await kubectl(
      'delete',
      'configmaps',
      '--selector',
      `${writtenBy}=${prefix}`,
      '--namespace',
      namespace,
      '--wait=false',
    );
  });

  test('fails requests only until the balancer knows', async () => {
    const failed = attempts.filter((attempt) => !isAcknowledged(attempt));
    const { intervalSeconds, threshold, timeoutSeconds } = await healthCheck();
    // The last good check may have been just before; each of the next ones may take its whole time to fail.
    const known = cutAt + 1000 * (intervalSeconds * threshold + timeoutSeconds);
    console.log(
      `${attempts.length} requests, ${failed.length} failed, the last ${
        Math.max(0, ...failed.map(({ ended }) => ended)) - cutAt
      } ms after the cut; the balancer knew within ${known - cutAt} ms`,
    );
    expect(attempts.filter(({ ended }) => ended < cutAt).length).toBeGreaterThan(20);
    expect(failed.filter(({ began, ended }) => ended < cutAt || began > known)).toEqual([]);
    expect(attempts.filter(({ began }) => began > known).length).toBeGreaterThan(100);
  });

  test('is hardly noticed even until then: most of those writes are kept', () => {
    const during = attempts.filter(({ began }) => began > cutAt);
    const failed = during.filter((attempt) => !isAcknowledged(attempt));
    expect(failed.length / during.length).toBeLessThan(0.1);
  });

  test('loses no write that was acknowledged', async () => {
    const kept = await kubectl(
      'get',
      'configmaps',
      '--namespace',
      namespace,
      '--selector',
      `${writtenBy}=${prefix}`,
      '--output',
      'jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}',
    );
    const names = new Set(kept.trim().split('\n'));
    const acknowledged = attempts.filter(isAcknowledged);
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(acknowledged.filter(({ name }) => !names.has(name))).toEqual([]);
  });

  test('comes back with its volume and its keys when it is stopped and started, and etcd has three members', async () => {
    const [other = ''] = others;
    expect(await healthyMembers(other)).toBe(2);
    const { ec2 } = aws();
    await ec2.send(new StopInstancesCommand({ InstanceIds: [lost] }));
    await until('the instance is stopped', 60, async () => ((await stateOf(lost)) === 'stopped' ? true : undefined));
    await ec2.send(new StartInstancesCommand({ InstanceIds: [lost] }));
    await until('etcd has three members', 120, async () => ((await healthyMembers(other)) === 3 ? true : undefined));
    await until('its API server is ready', 120, async () =>
      (await inNode(lost, 'curl -sS --cacert /etc/kubernetes/pki/kubernetes-ca.crt https://localhost:6443/readyz')) ===
      'ok'
        ? true
        : undefined,
    );
    await until('all nodes are ready', 120, async () =>
      (await nodes()).filter(isReady).length === 5 ? true : undefined,
    );
  }, 500_000);

  async function cutPower(client: SteadyClient): Promise<number> {
    const at = client.now();
    await killMachine(world.host, lost);
    return at;
  }
});

/** The machine whose etcd member leads. */
async function leader(): Promise<string> {
  for (const master of await masters()) {
    const [status] = JSON.parse(await etcdctl(master, 'endpoint status --write-out json')) as [
      { Status: { header: { member_id: number }; leader: number } },
    ];
    if (status.Status.header.member_id === status.Status.leader) return master;
  }
  throw new Error('no member leads');
}

async function healthCheck(): Promise<{ intervalSeconds: number; threshold: number; timeoutSeconds: number }> {
  const { TargetGroups = [] } = await aws().balancers.send(new DescribeTargetGroupsCommand({}));
  const [group] = TargetGroups;
  return {
    intervalSeconds: group?.HealthCheckIntervalSeconds ?? 0,
    threshold: group?.UnhealthyThresholdCount ?? 0,
    timeoutSeconds: group?.HealthCheckTimeoutSeconds ?? 0,
  };
}

async function stateOf(instanceId: string): Promise<string | undefined> {
  const { Reservations = [] } = await aws().ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  return Reservations[0]?.Instances?.[0]?.State?.Name;
}
