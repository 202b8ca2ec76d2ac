import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { leftovers } from '../../../local/machines/nspawn/machine/leftovers.ts';
import { clusterName, world } from '../support/cluster.ts';
import { onMachines } from '../support/onMachines.ts';
import { kubestep, ownerOf, until } from '../support/world.ts';

onMachines('a deleted cluster', () => {
  test('leaves no machine, namespace, mount, control group, loop device or process, and its owner ends', async () => {
    const owner = ownerOf(world);
    expect(owner).toBeDefined();
    expect((await leftovers(world.worldId)).length).toBeGreaterThan(20);
    await kubestep(world, 'delete', clusterName);
    await until('the owner of the world has ended', 90, () => (ownerOf(world) === undefined ? true : undefined));
    expect(await leftovers(world.worldId)).toEqual([]);
    expect(existsSync(join('/run', `kubestep-${world.worldId}`))).toBe(false);
  });

  test('leaves nothing to clean up but its folder, which goes too', async () => {
    expect(await kubestep(world, 'machines', 'clean')).toContain('Nothing of ours was left on this host.');
    expect(existsSync(world.folder)).toBe(false);
  });
});
