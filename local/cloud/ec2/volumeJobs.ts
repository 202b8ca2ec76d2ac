import type { World } from '../world.ts';
import { dropTags } from './tags.ts';
import { volumeGoneJob } from './volumeDeletion.ts';
import { volumes } from './volumes.ts';

/** What the world does by itself with deleted volumes. Called once, when a world is put together. */
export function defineVolumeJobs(world: World): void {
  world.jobs.define(volumeGoneJob, ({ volumeId }: { volumeId: string }) => {
    volumes(world).delete(volumeId);
    dropTags(world, volumeId);
  });
}
