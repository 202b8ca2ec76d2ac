import { StartInstancesCommand, StopInstancesCommand } from '@aws-sdk/client-ec2';
import { killMachine } from '../../../local/machines/nspawn/machine/machineLife.ts';
import { components, unitFile } from '../../../shared/machine/components.ts';
import { ask, bundleOf, inFile, reached, stopAt, storeBundle } from '../support/bundles.ts';
import { aws, inNode, kubectl, masters, nodes, world } from '../support/cluster.ts';
import { healthyMembers } from '../support/etcd.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { switchTo, verified, withFlag } from '../support/switching.ts';
import { until } from '../support/world.ts';

const apiServer = unitFile('kube-apiserver');
const scheduler = unitFile('kube-scheduler');

onMachines('a machine whose switch fails or is cut off', () => {
  let master: string;
  let first: string;

  beforeAll(async () => {
    master = (await masters()).at(-1) ?? '';
    first = await bundleOf(master, 'kube-apiserver');
  });

  test('goes back when the API server never becomes ready, and says so', async () => {
    const before = await bundleOf(master, 'kube-apiserver');
    // The lint cannot know that nobody answers there.
    const nowhere = inFile(apiServer, /--etcd-servers=\S+/, '--etcd-servers=https://127.0.0.1:1');
    const answer = await switchTo(master, 'kube-apiserver', await storeBundle(master, nowhere));
    expect(answer).toMatchObject({ outcome: 'failed', restarted: ['kube-apiserver'] });
    expect(answer.message).toMatch(new RegExp(`SwitchFailed: kube-apiserver .*${before} runs again`));
    expect((await verified(master))['kube-apiserver']).toBe(before);
  }, 700_000);

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
      expect(Object.values(await verified(master)).filter((text) => String(text).includes('changed'))).toEqual([]);
      expect(await switchTo(master, component, bundle)).toMatchObject({ outcome: 'done' });
      expect((await verified(master))[component]).toBe(bundle);
    },
    900_000,
  );

  afterAll(async () => {
    for (const component of components) await switchTo(master, component, first);
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
