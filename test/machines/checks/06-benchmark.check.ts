import { explainedFor, explainedUnder, hardeningPage } from '../benchmark/explainedFindings.ts';
import { type CheckResult, runKubeBench, targetsOf } from '../benchmark/runKubeBench.ts';
import { inNode, masters, workers, world } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { ensureProbes } from '../support/probes.ts';

/** kube-bench is built where it is not there yet. */
const minutesToBuild = 15;
const scored = 'Scored checks that fail';
const manual = 'Manual checks that kube-bench warns of';

onMachines('the CIS benchmark', () => {
  const results = { master: [] as readonly CheckResult[], worker: [] as readonly CheckResult[] };

  beforeAll(async () => {
    // It looks at the leases of pods' addresses too, which are only there where a pod runs.
    await ensureProbes();
    const [master = ''] = await masters();
    const [worker = ''] = await workers();
    results.master = await runKubeBench(world, master, targetsOf.master);
    results.worker = await runKubeBench(world, worker, targetsOf.worker);
  }, minutesToBuild * 60_000);

  const numbers = (machine: 'master' | 'worker', status: CheckResult['status']): readonly string[] =>
    results[machine].filter((result) => result.status === status).map(({ number }) => number);

  test.each(['master', 'worker'] as const)(
    'finds on a %s the failures that docs/hardening.md names, and no others',
    (machine) => {
      expect([...numbers(machine, 'FAIL')].sort()).toEqual([...explainedFor(machine, scored)].sort());
    },
  );

  test.each(['master', 'worker'] as const)(
    'warns on a %s of what docs/hardening.md names, and nothing else',
    (machine) => {
      expect([...numbers(machine, 'WARN')].sort()).toEqual([...explainedFor(machine, manual)].sort());
    },
  );

  test('has looked: at files, each component, etcd and the node of a master, and the node of a worker', () => {
    const sections = (machine: 'master' | 'worker') => [
      ...new Set(numbers(machine, 'PASS').map((number) => number.split('.').slice(0, 2).join('.'))),
    ];
    expect(sections('master')).toEqual(
      expect.arrayContaining(['1.1', '1.2', '1.3', '1.4', '3.2', '4.1', '4.2', '4.3']),
    );
    expect(numbers('master', 'PASS').filter((number) => number.startsWith('2.'))).toHaveLength(7);
    expect(sections('worker')).toEqual(['4.1', '4.2', '4.3']);
    expect(numbers('master', 'PASS').length).toBeGreaterThan(75);
  });

  test.each(['master', 'worker'] as const)('counts on a %s what docs/hardening.md says', (machine) => {
    const [passed, failed, warned] = (['PASS', 'FAIL', 'WARN'] as const).map(
      (status) => numbers(machine, status).length,
    );
    expect(hardeningPage()).toContain(`| a ${machine} | ${passed} | ${failed} | ${warned} |`);
  });

  test('has a reason for each of them', () => {
    for (const finding of [...explainedUnder(scored), ...explainedUnder(manual)])
      expect(finding.reason.length).toBeGreaterThan(20);
  });

  test('looks for the administrator’s kubeconfig under kubeadm’s name; ours is as closed as it asks', async () => {
    const [master = ''] = await masters();
    const modes = await inNode(master, "stat --format '%a %U:%G' /etc/kubernetes/administrator.kubeconfig");
    expect(modes).toBe('600 root:root\n');
  });
});
