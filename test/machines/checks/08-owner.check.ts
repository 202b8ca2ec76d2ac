import { existsSync } from 'node:fs';
import { leaderOf } from '../../../local/machines/nspawn/machine/leader.ts';
import { clusterName, inNode, kubectl, masters, nodes, world } from '../support/cluster.ts';
import { isReady } from '../support/kubectl.ts';
import { onMachines } from '../support/onMachines.ts';
import { doorsOf, kubestep, ownerOf, until } from '../support/world.ts';

onMachines('a cluster whose owner’s process is killed', () => {
  let machines: readonly string[];
  let leaders: readonly (number | undefined)[];
  let doors: ReturnType<typeof doorsOf>;
  let master: string;
  const firstProcesses = () => machines.map((machine) => leaderOf(world.host, machine));

  beforeAll(async () => {
    machines = (await nodes()).map(({ metadata }) => metadata.name);
    [master = ''] = await masters();
    leaders = firstProcesses();
    doors = doorsOf(world);
    const owner = ownerOf(world);
    if (owner === undefined) throw new Error('nobody owns the world');
    process.kill(owner, 'SIGKILL');
    await until('the owner is gone', 10, () => (existsSync(`/proc/${owner}`) ? undefined : true));
  });

  test('runs on: the same machines, an API that takes writes, members that agree', async () => {
    expect(ownerOf(world)).toBeUndefined();
    expect(leaders).not.toContain(undefined);
    const own = 'kubectl --kubeconfig /etc/kubernetes/administrator.kubeconfig';
    expect(await inNode(master, `${own} create configmap ownerless --dry-run=server`)).toContain('created');
    expect(await inNode(master, `${own} get --raw /readyz`)).toBe('ok');
    expect(firstProcesses()).toEqual(leaders);
  });

  test('is found again by the next owner: the same machines, at the same door, with the same kubeconfig', async () => {
    await kubestep(world, 'machines', 'up');
    expect(ownerOf(world)).toBeDefined();
    expect(firstProcesses()).toEqual(leaders);
    expect(doorsOf(world)).toEqual(doors);
    expect(await until('the API is ready at its door', 60, () => kubectl('get', '--raw', '/readyz'))).toBe('ok');
    expect((await nodes()).filter((node) => !isReady(node))).toEqual([]);
    expect(await kubestep(world, 'get', 'nodes', clusterName)).toContain(master);
  });
});
