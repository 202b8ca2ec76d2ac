import { components, unitFile } from '../../../shared/machine/components.ts';
import { ask, bundleOf, inFile, storeBundle } from '../support/bundles.ts';
import { inNode, masters } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { switchTo, verified, withFlag } from '../support/switching.ts';

const apiServer = unitFile('kube-apiserver');

onMachines('a machine that switches a component to another bundle', () => {
  let master: string;
  let first: string;

  beforeAll(async () => {
    master = (await masters()).at(-1) ?? '';
    first = await bundleOf(master, 'kube-apiserver');
  });

  test('runs what was staged, as its bundle says', async () => {
    expect([...new Set(Object.values(await verified(master)))]).toEqual([first]);
  });

  test('restarts the API server alone for a flag of its own, and nothing when it is asked again', async () => {
    const bundle = await storeBundle(master, withFlag(apiServer, '--v=1'));
    expect(await switchTo(master, 'kube-apiserver', bundle)).toMatchObject({
      outcome: 'done',
      result: { changed: 'yes' },
      restarted: ['kube-apiserver'],
    });
    expect(await inNode(master, 'tr "\\0" "\\n" < /proc/$(pidof kube-apiserver)/cmdline')).toContain('--v=1');
    expect(await switchTo(master, 'kube-apiserver', bundle)).toMatchObject({
      result: { changed: 'no' },
      restarted: [],
    });
    expect((await verified(master))['kube-apiserver']).toBe(bundle);
  }, 500_000);

  test('takes over without a restart what is the same in another bundle', async () => {
    const bundle = await storeBundle(master, withFlag(apiServer, '--v=2'));
    for (const component of ['etcd', 'containerd', 'kubelet', 'kube-proxy'])
      expect(await switchTo(master, component, bundle)).toMatchObject({ result: { changed: 'no' }, restarted: [] });
    expect((await verified(master))['etcd']).toBe(bundle);
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
      expect(await switchTo(master, component, bundle)).toMatchObject({
        outcome: 'done',
        restarted: component === 'machine' ? [] : [component],
      });
      expect((await verified(master))[component]).toBe(bundle);
    },
    500_000,
  );

  test('refuses a flag that the API server does not take, and touches nothing', async () => {
    const before = await bundleOf(master, 'kube-apiserver');
    const answer = await switchTo(
      master,
      'kube-apiserver',
      await storeBundle(master, withFlag(apiServer, '--no-such-flag=1')),
    );
    expect(answer).toMatchObject({ outcome: 'failed', restarted: [] });
    expect(answer.message).toContain('unknown flag: --no-such-flag');
    expect(await bundleOf(master, 'kube-apiserver')).toBe(before);
  }, 500_000);

  test('reports a damaged file, and is whole again when its bundle is staged again', async () => {
    const bundle = await bundleOf(master, 'kube-proxy');
    await inNode(master, 'echo "# damaged" >> /opt/kubestep/current/kube-proxy/kube-proxy.yaml');
    expect((await verified(master))['kube-proxy']).toBe(`${bundle} changed`);
    await ask(master, 'stage', { bundle });
    expect((await verified(master))['kube-proxy']).toBe(bundle);
  });

  afterAll(async () => {
    for (const component of components) await switchTo(master, component, first);
  }, 700_000);
});
