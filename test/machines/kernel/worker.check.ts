import { isReady, type Node } from '../support/kubectl.ts';
import { namespace, type Probe } from '../support/probes.ts';
import { kubestep, until } from '../support/world.ts';
import { withKernelInCluster } from './needs.ts';
import { type KernelWorker, startWorker } from './worker.ts';
import { ensureCluster, kernelKubectl, kernelProbes, kernelWorld } from './workerCluster.ts';

/** In software emulation on two busy cores a machine boots in minutes, and so do its pods. */
const joinSeconds = 3_000;
const podSeconds = 900;

withKernelInCluster("a worker with Debian's cloud kernel in a cluster of real machines", () => {
  let machine: KernelWorker;
  let node: Node;
  let own: Probe;
  let other: Probe;

  beforeAll(async () => {
    await ensureCluster();
    machine = await startWorker(kernelWorld);
    const { instanceId } = machine;
    node = await until(`${instanceId} is a ready node`, joinSeconds, async () =>
      (await kernelKubectl.nodes()).find((each) => each.metadata.name === instanceId && isReady(each)),
    ).catch((error: Error) => {
      throw new Error(`${error.message}\nIt said, at last:\n${machine.console().slice(-4000)}`);
    });
    await kernelProbes.ensure().catch(() => {}); // One rollout may not be enough for it.
    [own, other] = await until('it and another node have probes', podSeconds, async () => {
      const probes = (await kernelProbes.list()).filter(({ address }) => address !== '');
      const [inside, outside] = [true, false].map((isOwn) =>
        probes.find((each) => (each.node === instanceId) === isOwn),
      );
      return inside && outside && ([inside, outside] as [Probe, Probe]);
    });
  }, 5_400_000);

  afterAll(async () => {
    machine?.end();
    if (process.env['KEEP_CLUSTER'] !== undefined) return;
    await kubestep(kernelWorld, 'machines', 'clean');
  }, 600_000);

  /** What the machine said of itself under a name, once it has. */
  const said = (name: string): Promise<string> =>
    until(`the machine reports ${name}`, podSeconds, () =>
      new RegExp(`CHECK ${name} (.*)`).exec(machine.console())?.[1]?.trim(),
    );

  test('joins from the user data that cloud-init has read from the metadata service', async () => {
    expect(node.status.nodeInfo.kernelVersion).toMatch(/cloud-amd64$/);
    expect(await said('cgroups')).toBe('cgroup2fs');
    expect(await said('datasource')).toBe('aws');
    expect(await said('cloud-init')).toContain('DataSourceEc2');
    expect(await said('failed-units')).toBe('');
  }, 1_000_000);

  test('reaches pods of other nodes and Services by their names, and is reached', async () => {
    const ask = (probe: Probe, url: string) => kernelProbes.inside(probe, `wget -qO- -T 60 ${url}`);
    expect((await ask(own, `http://${other.address}:8080/`)).trim()).toBe(other.name);
    expect((await ask(other, `http://${own.address}:8080/`)).trim()).toBe(own.name);
    expect([own.name, other.name]).toContain((await ask(own, `http://probe.${namespace}/`)).trim());
  }, 1_000_000);

  test('keeps pods on its own network from its credentials, and not its services', async () => {
    expect(await said('guard')).toBe('loaded');
    expect(await said('service')).toBe('200');
    await kernelKubectl.run(['apply', '--filename', '-'], podOnHost(node.metadata.name));
    await until('the pod on the host’s network runs', podSeconds, async () =>
      (await kernelKubectl.run(['get', 'pod', ...podOfHost, '--output', 'jsonpath={.status.phase}'])) === 'Running'
        ? true
        : undefined,
    );
    const inPod = (script: string) => kernelKubectl.ending(['exec', ...podOfHost, '--', 'sh', '-c', script]);
    // It is on the machine's network: kubelet's own port answers there.
    expect((await inPod('wget -qO- -T 60 http://127.0.0.1:10248/healthz')).standardOutput).toContain('ok');
    const { exitCode, standardOutput, standardError } = await inPod('wget -qO- -T 60 http://169.254.169.254/latest/');
    expect(exitCode).not.toBe(0);
    expect(`${standardOutput}${standardError}`).toMatch(/refused|unreachable/);
  }, 1_000_000);
});

const podOfHost = ['on-host', '--namespace', 'kube-system'];

/** Only kube-system may have such pods. */
const podOnHost = (nodeName: string): string => `
apiVersion: v1
kind: Pod
metadata: {name: on-host, namespace: kube-system}
spec:
  nodeName: ${nodeName}
  hostNetwork: true
  terminationGracePeriodSeconds: 2
  containers:
    - name: shell
      image: registry.k8s.io/kubestep/test-server:1
      command: [sh, -c, 'sleep 100000']
`;
