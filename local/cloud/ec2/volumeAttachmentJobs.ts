import type { World } from '../world.ts';
import { instanceState, instances } from './instances.ts';
import { volumeAttachedJob, volumeDetachedJob } from './volumeAttachments.ts';
import { volumes } from './volumes.ts';

/** What the world does by itself with attachments. Called once, when a world is put together. */
export function defineVolumeAttachmentJobs(world: World): void {
  world.jobs.define(volumeAttachedJob, (pair: AttachedPair) => showVolumeToMachine(world, pair));
  world.jobs.define(volumeDetachedJob, (pair: AttachedPair) => takeVolumeFromMachine(world, pair));
}

interface AttachedPair {
  readonly volumeId: string;
  readonly instanceId: string;
}

/** The device shows up in the machine. */
function showVolumeToMachine(world: World, { volumeId, instanceId }: AttachedPair): void {
  const attachment = volumes(world).get(volumeId)?.attachment;
  const instance = instances(world).get(instanceId);
  if (!instance || attachment?.instanceId !== instanceId || instanceState(world, instance) !== 'running') return;
  world.machines.attachVolume(instanceId, volumeId, attachment.device);
}

/** The device goes from the machine, and the instance forgets the volume. */
function takeVolumeFromMachine(world: World, { volumeId, instanceId }: AttachedPair): void {
  const volume = volumes(world).get(volumeId);
  if (volume?.attachment?.instanceId === instanceId) volumes(world).put(volumeId, { ...volume, attachment: undefined });
  const instance = instances(world).get(instanceId);
  if (!instance) return;
  instances(world).put(instanceId, { ...instance, volumeIds: instance.volumeIds.filter((id) => id !== volumeId) });
  if (instanceState(world, instance) === 'running') world.machines.detachVolume(instanceId, volumeId);
}
