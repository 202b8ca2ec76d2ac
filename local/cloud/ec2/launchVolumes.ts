import { AwsError } from '../errors.ts';
import type { World } from '../world.ts';
import type { PublicImage } from './images.ts';
import type { BlockDeviceParameters, LaunchParameters } from './launchParameters.ts';
import { volumeKeyArn } from './volumeEncryption.ts';
import { shapeOf } from './volumeShapes.ts';
import type { VolumeShape } from './volumes.ts';

/** One volume that a launch makes. */
export interface PlannedVolume {
  readonly device: string;
  readonly shape: VolumeShape;
  readonly encrypted: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly snapshotId: string | undefined;
  readonly deleteOnTermination: boolean;
}

/** The volumes of a launch, the image's root first. */
export function plannedVolumes(world: World, parameters: LaunchParameters, image: PublicImage): PlannedVolume[] {
  const mappings = parameters.BlockDeviceMappings ?? [];
  const root = mappings.find(({ DeviceName }) => DeviceName === image.rootDeviceName);
  const others = mappings.filter((mapping) => mapping !== root);
  const ofImage: BlockDeviceParameters = {
    DeviceName: image.rootDeviceName,
    Ebs: { VolumeType: 'gp3', VolumeSize: image.rootVolumeGiB, ...root?.Ebs, SnapshotId: image.rootSnapshotId },
  };
  if (root?.Ebs.SnapshotId !== undefined && root.Ebs.SnapshotId !== image.rootSnapshotId) {
    throw new AwsError('InvalidBlockDeviceMapping', 'snapshotId cannot be modified on root device');
  }
  if ((ofImage.Ebs.VolumeSize ?? 0) < image.rootVolumeGiB) {
    throw new AwsError(
      'InvalidBlockDeviceMapping',
      `Volume of size ${ofImage.Ebs.VolumeSize}GB is smaller than snapshot '${image.rootSnapshotId}', expect size >= ${image.rootVolumeGiB}GB`,
    );
  }
  return [ofImage, ...others].map((mapping) => plannedVolume(world, mapping));
}

function plannedVolume(world: World, { DeviceName, Ebs }: BlockDeviceParameters): PlannedVolume {
  if (Ebs.VolumeSize === undefined) {
    throw new AwsError('MissingParameter', `The request must contain the parameter size or snapshotId (${DeviceName})`);
  }
  return {
    device: DeviceName,
    shape: shapeOf({
      sizeGiB: Ebs.VolumeSize,
      type: Ebs.VolumeType ?? 'gp2',
      iops: Ebs.Iops,
      throughput: Ebs.Throughput,
    }),
    encrypted: Ebs.Encrypted ?? false,
    kmsKeyArn: volumeKeyArn(world, Ebs),
    snapshotId: Ebs.SnapshotId,
    deleteOnTermination: Ebs.DeleteOnTermination ?? true,
  };
}
