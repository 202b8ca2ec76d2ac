import { nowOf, type World } from '../world.ts';
import { countStorage } from './volumeCreation.ts';
import { type VolumeRow, volumes } from './volumes.ts';

export const volumeGoneJob = 'ec2.volumeGone';

/** Lets a volume disappear, as long after the request as it takes to make one (estimated). */
export function deleteVolume(world: World, volume: VolumeRow): void {
  const delay = world.delays.of('volumeAvailable');
  volumes(world).put(volume.volumeId, { ...volume, attachment: undefined, goneAt: nowOf(world) + delay });
  countStorage(world, volume.type, -volume.sizeGiB);
  world.jobs.schedule(volumeGoneJob, delay, { volumeId: volume.volumeId });
}
