import { processesOf, renewInDays, type ServedCertificate, serialsOf, servedSerial } from '../support/certificates.ts';
import { kubectl, masters, nodes, workers } from '../support/cluster.ts';
import { healthyMembers } from '../support/etcd.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { ensureProbes, inProbe, namespace, type Probe } from '../support/probes.ts';
import { beginWriting, isAcknowledged, writtenBy } from '../support/steadyClient.ts';
import { pause, until } from '../support/world.ts';

/** The administrator's certificate lives a day, nodes' live 7 and masters' 30: two thirds are 16 hours and days 4.7 and 20. */
const [administratorOnly, nodesToo, all] = [4, 6, 21];
const nodeProfiles = ['kubelet-client', 'kubelet-server', 'kube-proxy'];

/** Profiles whose certificate is another one now. */
const renewedSince = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...after].flatMap(([profile, serial]) => (before.get(profile) === serial ? [] : [profile])).sort();

onMachines('certificates', () => {
  let machines: readonly string[];

  beforeAll(async () => {
    await ensureProbes();
    machines = [...(await masters()), ...(await workers())];
  });

  test('stay as they are until two thirds of their life are over', async () => {
    const looks = machines.map(async (machine) => {
      const before = await serialsOf(machine);
      await renewInDays(machine, administratorOnly);
      return { machine, renewed: renewedSince(before, await serialsOf(machine)) };
    });
    const ofMasters = await masters();
    for (const { machine, renewed } of await Promise.all(looks)) {
      expect([machine, renewed]).toEqual([machine, ofMasters.includes(machine) ? ['administrator'] : []]);
    }
  });

  test('of nodes are renewed on their sixth day, and those of masters are not yet', async () => {
    const [master = ''] = await masters();
    const before = await serialsOf(master);
    await renewInDays(master, nodesToo);
    expect(renewedSince(before, await serialsOf(master))).toEqual(['administrator', ...nodeProfiles].sort());
  });

  test('are all renewed under load: no request fails, nothing restarts, and everyone shows the new ones', async () => {
    const [firstMaster = ''] = await masters();
    const [probe] = (await ensureProbes()) as [Probe];
    const shown: ServedCertificate[] = [
      ...(await masters()).flatMap((machine) => [
        { of: 'API server', machine, address: '127.0.0.1:6443' },
        { of: 'etcd', machine, address: '127.0.0.1:2379' },
      ]),
      ...machines.map((machine) => ({ of: 'kubelet', machine, address: '127.0.0.1:10250' })),
    ];
    const before = new Map(await Promise.all(shown.map(async (one) => [one, await servedSerial(one)] as const)));
    const files = new Map(
      await Promise.all(machines.map(async (machine) => [machine, await serialsOf(machine)] as const)),
    );
    const processes = await Promise.all(machines.map(processesOf));

    const client = beginWriting(namespace, 'renewal');
    for (const machine of machines) await renewInDays(machine, all);
    for (const one of shown) {
      await until(`${one.of} of ${one.machine} shows its new certificate`, 120, async () =>
        (await servedSerial(one)) === before.get(one) ? undefined : true,
      );
    }
    // Who kept the old certificate in memory would fail now, with new connections.
    await pause(10);
    const attempts = await client.stop();

    for (const machine of machines) {
      const old = files.get(machine);
      const same = [...(await serialsOf(machine))].filter(([profile, serial]) => old?.get(profile) === serial);
      expect(same).toEqual([]);
    }
    expect(attempts.length).toBeGreaterThan(100);
    expect(attempts.filter((attempt) => !isAcknowledged(attempt)).slice(0, 5)).toEqual([]);
    expect(await Promise.all(machines.map(processesOf))).toEqual(processes);
    expect(await healthyMembers(firstMaster)).toBe(3);
    expect((await nodes()).filter((node) => !isReady(node))).toEqual([]);
    // API servers speak to kubelets as before. Each notices its new client certificate when it dials, and then breaks the
    // very connection that it dials (client-go's certificate rotation): once, the next one works.
    await until('a command runs in a pod', 10, () => inProbe(probe, 'wget -qO- http://probe/'));
    await kubectl(
      'delete',
      'configmaps',
      '--selector',
      `${writtenBy}=renewal`,
      '--namespace',
      namespace,
      '--wait=false',
    );
  });
});
