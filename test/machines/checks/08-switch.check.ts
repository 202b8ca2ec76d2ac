import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { killMachine } from '../../../local/machines/nspawn/machine/machineLife.ts';
import { unitFile } from '../../../shared/machine/components.ts';
import { ask, bundleOf, inFile, reached, startTimes, stopAt, storeBundle } from '../support/bundles.ts';
import { aws, inNode, kubectl, masters, nodes, world } from '../support/cluster.ts';
import { healthyMembers } from '../support/etcd.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { until } from '../support/world.ts';

const apiServer = unitFile('kube-apiserver');
const scheduler = unitFile('kube-scheduler');
const withFlag = (unit: string, flag: string) => inFile(unit, '--profiling=false', `--profiling=false \\\n  ${flag}`);

onMachines('a machine that switches a component to another bundle', () => {
  let master: string;
  let first: string;

  beforeAll(async () => {
    master = (await masters()).at(-1) ?? '';
    first = await bundleOf(master, 'kube-apiserver');
  });

  /** Stages a bundle and switches the component to it. */
  async function switchTo(component: string, bundle: string, before = '') {
    expect(await ask(master, 'stage', { bundle })).toMatchObject({ outcome: 'done', result: { bundle } });
    const times = await startTimes(master);
    const answer = await ask(master, 'switch', { component, bundle }, before);
    const after = await startTimes(master);
    const restarted = Object.keys(times).filter((name) => times[name] !== after[name]);
    console.log(
      `${component}: ${answer.outcome} in ${answer.seconds.toFixed(1)} s, restarted: ${restarted.join(', ') || 'nothing'}`,
    );
    return { ...answer, restarted };
  }

  const verified = async () => (await ask(master, 'verify')).result ?? {};

  test('runs what was staged, as its bundle says', async () => {
    expect([...new Set(Object.values(await verified()))]).toEqual([first]);
  });

  test('restarts the API server alone for a flag of its own, and nothing when it is asked again', async () => {
    const bundle = await storeBundle(master, withFlag(apiServer, '--v=1'));
    expect(await switchTo('kube-apiserver', bundle)).toMatchObject({
      outcome: 'done',
      result: { changed: 'yes' },
      restarted: ['kube-apiserver'],
    });
    expect(await inNode(master, 'tr "\\0" "\\n" < /proc/$(pidof kube-apiserver)/cmdline')).toContain('--v=1');
    expect(await switchTo('kube-apiserver', bundle)).toMatchObject({ result: { changed: 'no' }, restarted: [] });
    expect((await verified())['kube-apiserver']).toBe(bundle);
  }, 500_000);

  test('takes over without a restart what is the same in another bundle', async () => {
    const bundle = await storeBundle(master, withFlag(apiServer, '--v=2'));
    for (const component of ['etcd', 'containerd', 'kubelet', 'kube-proxy'])
      expect(await switchTo(component, bundle)).toMatchObject({ result: { changed: 'no' }, restarted: [] });
    expect((await verified())['etcd']).toBe(bundle);
  });

  test.each([
    'machine',
    'kube-controller-manager',
    'kube-scheduler',
    'containerd',
    'kubelet',
    'kube-proxy',
    'etcd',
  ] as const)(
    'restarts %s alone for a change of its own',
    async (component) => {
      const comment = (path: string) => inFile(path, /$/, '# changed by a check\n');
      const path = component === 'machine' ? '/etc/sysctl.d/99-kubestep.conf' : unitFile(component);
      const bundle = await storeBundle(master, comment(path));
      expect(await switchTo(component, bundle)).toMatchObject({
        outcome: 'done',
        restarted: component === 'machine' ? [] : [component],
      });
      expect((await verified())[component]).toBe(bundle);
    },
    500_000,
  );

  test('refuses a flag that the API server does not take, and touches nothing', async () => {
    const before = await bundleOf(master, 'kube-apiserver');
    const answer = await switchTo('kube-apiserver', await storeBundle(master, withFlag(apiServer, '--no-such-flag=1')));
    expect(answer).toMatchObject({ outcome: 'failed', restarted: [] });
    expect(answer.message).toContain('unknown flag: --no-such-flag');
    expect(await bundleOf(master, 'kube-apiserver')).toBe(before);
  }, 500_000);

  test('goes back when the API server never becomes ready, and says so', async () => {
    const before = await bundleOf(master, 'kube-apiserver');
    // The lint cannot know that nobody answers there.
    const nowhere = inFile(apiServer, /--etcd-servers=\S+/, '--etcd-servers=https://127.0.0.1:1');
    const answer = await switchTo('kube-apiserver', await storeBundle(master, nowhere));
    expect(answer).toMatchObject({ outcome: 'failed', restarted: ['kube-apiserver'] });
    expect(answer.message).toMatch(new RegExp(`SwitchFailed: kube-apiserver .*${before} runs again`));
    expect((await verified())['kube-apiserver']).toBe(before);
  }, 700_000);

  test('reports a damaged file, and is whole again when its bundle is staged again', async () => {
    const bundle = await bundleOf(master, 'kube-proxy');
    await inNode(master, 'echo "# damaged" >> /opt/kubestep/current/kube-proxy/kube-proxy.yaml');
    expect((await verified())['kube-proxy']).toBe(`${bundle} changed`);
    await ask(master, 'stage', { bundle });
    expect((await verified())['kube-proxy']).toBe(bundle);
  });

  test.each([
    ['journal-written', 'kube-scheduler', scheduler],
    ['stopped', 'kube-scheduler', scheduler],
    ['linked', 'kube-apiserver', apiServer],
    ['started', 'kube-scheduler', scheduler],
    ['ready', 'kube-scheduler', scheduler],
  ] as const)(
    'boots old or new after a power cut at the point %s of a switch of %s, and the verb sent again ends well',
    async (point, component, unit) => {
      const before = await bundleOf(master, component);
      const bundle = await storeBundle(master, withFlag(unit, `--vmodule=${point}=1`));
      await ask(master, 'stage', { bundle });
      const interrupted = ask(master, 'switch', { component, bundle }, stopAt(point)).catch(() => 'cut off');
      await reached(master);
      await killMachine(world.host, master);
      expect(await interrupted).toBe('cut off');
      await bootAgain(master);
      const after = await bundleOf(master, component);
      expect(after).toBe(['journal-written', 'stopped'].includes(point) ? before : bundle);
      expect(await inNode(master, 'ls /opt/kubestep/switching')).toBe('');
      expect(Object.values(await verified()).filter((text) => String(text).includes('changed'))).toEqual([]);
      expect(await switchTo(component, bundle)).toMatchObject({ outcome: 'done' });
      expect((await verified())[component]).toBe(bundle);
    },
    900_000,
  );

  afterAll(async () => {
    for (const component of [
      'machine',
      'etcd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'containerd',
      'kubelet',
      'kube-proxy',
    ])
      await switchTo(component, first);
  }, 700_000);
});

/** Stops what is left of the instance and starts it, and waits until the machine is whole. */
async function bootAgain(machine: string): Promise<void> {
  const { ec2 } = aws();
  const [other = ''] = (await masters()).filter((master) => master !== machine);
  await ec2.send(new StopInstancesCommand({ InstanceIds: [machine] }));
  await until('the instance can be started', 120, async () => {
    await ec2.send(new StartInstancesCommand({ InstanceIds: [machine] }));
    return true;
  });
  await until('etcd has three members', 240, async () => ((await healthyMembers(other)) === 3 ? true : undefined));
  await until('its boot has ended', 300, async () =>
    (await inNode(machine, 'systemctl is-active kubestep-boot.service || true')).trim() === 'active' ? true : undefined,
  );
  await until('all nodes are ready', 120, async () =>
    (await nodes()).filter(isReady).length === 5 ? true : undefined,
  );
  await kubectl('get', '--raw', '/readyz');
}
