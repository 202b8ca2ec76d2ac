import { world } from './cluster.ts';
import { reasonToSkip } from './needs.ts';
import { routedWorld } from './routedCluster.ts';
import { kubestep } from './world.ts';

/** Removes what failed checks left behind. With KEEP_CLUSTER the cluster stays for the next call and for looking into it. */
export default async function cleanUp(): Promise<void> {
  if (reasonToSkip() !== undefined || process.env['KEEP_CLUSTER'] !== undefined) return;
  for (const each of [world, routedWorld]) await kubestep(each, 'machines', 'clean');
}
