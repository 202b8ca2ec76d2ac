import { spawn } from 'node:child_process';
import { inNode, kubeconfig, kubectl, kubectlOn } from '../support/cluster.ts';
import { kubectlProgram } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { endingInProbe, ensureProbes, inProbe, namespace, type Probe } from '../support/probes.ts';

onMachines('pods', () => {
  let probes: readonly Probe[];

  beforeAll(async () => {
    probes = await ensureProbes();
  });

  test('run on every node, each with an address of its own', () => {
    expect(new Set(probes.map(({ node }) => node)).size).toBe(5);
    expect(new Set(probes.map(({ address }) => address)).size).toBe(5);
  });

  test('reach each other across all nodes', async () => {
    const calls = probes.map(({ address }) => `wget -qO- http://${address}:8080/`).join(' && ');
    for (const probe of probes) {
      expect((await inProbe(probe, calls)).trim().split('\n')).toEqual(probes.map(({ name }) => name));
    }
  });

  test('find a Service by its name from every node, short and whole', async () => {
    for (const probe of probes) {
      const names = ['probe', `probe.${namespace}`, `probe.${namespace}.svc.cluster.local`];
      const answers = await inProbe(probe, names.map((name) => `wget -qO- http://${name}/`).join(' && '));
      const known = probes.map(({ name }) => name);
      expect(
        answers
          .trim()
          .split('\n')
          .filter((name) => known.includes(name)),
      ).toHaveLength(3);
    }
  });

  test('are reached by their Service from every node itself, and no pod is left out', async () => {
    const service = JSON.parse(
      await kubectl('get', 'service', 'probe', '--namespace', namespace, '--output', 'json'),
    ) as {
      spec: { clusterIP: string };
    };
    const answered = new Set<string>();
    for (const { node } of probes) {
      const calls = `for _ in {1..20}; do curl -sS --max-time 5 http://${service.spec.clusterIP}/; done`;
      for (const name of (await inNode(node, calls)).trim().split('\n')) answered.add(name);
    }
    expect([...answered].sort()).toEqual(probes.map(({ name }) => name).sort());
  });

  test('run commands, with their input, output and exit code', async () => {
    const [probe] = probes as [Probe];
    expect(await endingInProbe(probe, 'echo said; echo complained >&2; exit 7')).toMatchObject({
      exitCode: 7,
      standardOutput: 'said\n',
      standardError: expect.stringContaining('complained'),
    });
    const words = ['exec', '--stdin', '--namespace', namespace, probe.name, '--', 'cat'];
    expect(await kubectlOn('given', ...words)).toBe('given');
  });

  test('show their logs, on masters as on workers', async () => {
    for (const { name } of probes)
      expect(await kubectl('logs', '--namespace', namespace, name)).toBe(`${name} begins\n`);
  });

  test('are reached through a forwarded port', async () => {
    const [{ name }] = probes as [Probe];
    const words = ['--kubeconfig', kubeconfig, 'port-forward', '--namespace', namespace, name, ':8080'];
    const forwarding = spawn(kubectlProgram, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const said = String(await new Promise((resolve) => forwarding.stdout.once('data', resolve)));
      const port = /127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      expect(await answer.text()).toBe(`${name}\n`);
    } finally {
      forwarding.kill();
    }
  });

  test('are counted: every node reports what it and its pods use', async () => {
    for (const { node, name } of probes) {
      const { node: stats, pods } = JSON.parse(
        await kubectl('get', '--raw', `/api/v1/nodes/${node}/proxy/stats/summary`),
      ) as { node: { memory: { workingSetBytes: number } }; pods: { podRef: { name: string } }[] };
      expect(stats.memory.workingSetBytes).toBeGreaterThan(0);
      expect(pods.map(({ podRef }) => podRef.name)).toContain(name);
    }
  });

  test('that a namespace does not allow are refused: the host’s network is no pod’s of a user', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'intruder', namespace },
      spec: { hostNetwork: true, containers: [{ name: 'one', image: 'registry.k8s.io/pause:3.10.2' }] },
    };
    await expect(kubectlOn(JSON.stringify(pod), 'create', '--filename', '-')).rejects.toThrow(/PodSecurity "baseline/);
  });
});
