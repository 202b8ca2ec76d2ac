import { nowOf, type World } from '../world.ts';
import { instanceOf, instances } from './instances.ts';
import { attachmentOf, type VolumeAttachment, type VolumeRow, volumes } from './volumes.ts';

export const volumeAttachedJob = 'ec2.volumeAttached';
export const volumeDetachedJob = 'ec2.volumeDetached';

type NewAttachment = Omit<VolumeAttachment, 'requestedAt' | 'detachedAt'>;

/** Ties a volume to an instance, on both sides. */
export function putAttachment(world: World, volume: VolumeRow, to: NewAttachment): VolumeAttachment {
  const attachment: VolumeAttachment = { ...to, requestedAt: nowOf(world), detachedAt: undefined };
  volumes(world).put(volume.volumeId, { ...volume, attachment });
  const instance = instanceOf(world, to.instanceId);
  const others = instance.volumeIds.filter((id) => id !== volume.volumeId);
  instances(world).put(instance.instanceId, { ...instance, volumeIds: [...others, volume.volumeId] });
  return attachment;
}

/** The volumes that are attached to an instance, root first. */
export function attachedVolumes(world: World, instanceId: string): VolumeRow[] {
  return (instances(world).get(instanceId)?.volumeIds ?? []).flatMap((id) => {
    const volume = volumes(world).get(id);
    return volume && attachmentOf(world, volume)?.instanceId === instanceId ? volume : [];
  });
}
