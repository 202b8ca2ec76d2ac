import type { Volume } from '@aws-sdk/client-ec2';
import type { World } from '../world.ts';
import { shownTags } from './tags.ts';
import { attachmentOf, attachmentState, type VolumeRow, volumeState } from './volumes.ts';

/** A volume as EC2 answers it. */
export function shownVolume(world: World, volume: VolumeRow): Volume {
  const attachment = attachmentOf(world, volume);
  return {
    VolumeId: volume.volumeId,
    AvailabilityZone: volume.zone,
    AvailabilityZoneId: world.zones.find(({ name }) => name === volume.zone)?.id,
    Size: volume.sizeGiB,
    VolumeType: volume.type,
    Iops: volume.iops,
    Throughput: volume.throughput,
    Encrypted: volume.encrypted,
    KmsKeyId: volume.kmsKeyArn,
    SnapshotId: volume.snapshotId ?? '',
    State: volumeState(world, volume),
    CreateTime: new Date(volume.createdAt),
    MultiAttachEnabled: false,
    Attachments: attachment
      ? [
          {
            VolumeId: volume.volumeId,
            InstanceId: attachment.instanceId,
            Device: attachment.device,
            DeleteOnTermination: attachment.deleteOnTermination,
            State: attachmentState(world, attachment),
            AttachTime: new Date(attachment.requestedAt),
          },
        ]
      : [],
    Tags: shownTags(world, volume.volumeId),
  };
}
