import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate } from './access.ts';
import { onceForToken } from './clientTokens.ts';
import { describeInput, describeRows } from './describe.ts';
import type { FilterFields } from './filters.ts';
import { imagesOf } from './images.ts';
import { isZone, unknownZone } from './placement.ts';
import { notFound } from './resourceTypes.ts';
import { shownVolume } from './shownVolume.ts';
import { tagSpecificationsInput, tagsFor } from './tags.ts';
import { checkStorageQuota, putNewVolume } from './volumeCreation.ts';
import { deleteVolume } from './volumeDeletion.ts';
import { accessToVolumeKey, isUsableKey, volumeKeyArn } from './volumeEncryption.ts';
import { shapeOf } from './volumeShapes.ts';
import {
  attachmentOf,
  attachmentState,
  type VolumeRow,
  volumeExists,
  volumeOf,
  volumeState,
  volumes,
} from './volumes.ts';
import { volumeTypeInput } from './volumeTypes.ts';

export const CreateVolume = operation({
  input: z.strictObject({
    AvailabilityZone: z.string(),
    Size: z.number().int().optional(),
    VolumeType: volumeTypeInput.default('gp2'),
    Iops: z.number().int().optional(),
    Throughput: z.number().int().optional(),
    SnapshotId: z.string().optional(),
    Encrypted: z.boolean().default(false),
    KmsKeyId: z.string().optional(),
    TagSpecifications: tagSpecificationsInput,
    ClientToken: z.string().optional(),
  }),
  access: (world, request) => [
    ...accessToCreate(world, 'CreateVolume', 'volume', request.TagSpecifications, {
      'ec2:AvailabilityZone': request.AvailabilityZone,
      'ec2:Encrypted': String(request.Encrypted),
      'ec2:VolumeType': request.VolumeType,
      ...(request.Size === undefined ? {} : { 'ec2:VolumeSize': String(request.Size) }),
    }),
    ...accessToVolumeKey(world, request.KmsKeyId),
  ],
  run: (world, { ClientToken, ...request }) => {
    const ids = onceForToken(world, { operation: 'CreateVolume', token: ClientToken, parameters: request }, () => {
      if (!isZone(world, request.AvailabilityZone)) throw unknownZone(request.AvailabilityZone);
      const smallest = sizeOfSnapshot(world, request.SnapshotId);
      const sizeGiB = request.Size ?? smallest;
      if (sizeGiB === undefined) {
        throw new AwsError('MissingParameter', 'The request must contain the parameter size or snapshotId');
      }
      if (smallest !== undefined && sizeGiB < smallest) {
        throw new AwsError(
          'InvalidParameterValue',
          `The size of a volume cannot be smaller than its snapshot (${smallest} GiB)`,
        );
      }
      const shape = shapeOf({ sizeGiB, type: request.VolumeType, iops: request.Iops, throughput: request.Throughput });
      const tags = tagsFor('volume', request.TagSpecifications);
      const kmsKeyArn = volumeKeyArn(world, request);
      checkStorageQuota(world, shape.type, shape.sizeGiB);
      const { AvailabilityZone: zone, Encrypted: encrypted, SnapshotId: snapshotId } = request;
      const volume = putNewVolume(world, { zone, shape, encrypted, kmsKeyArn, snapshotId, tags });
      // EBS accepts a key that it cannot use, and the volume disappears (source: EBS user guide, "Requirements for EBS encryption").
      if (kmsKeyArn !== undefined && !isUsableKey(world, kmsKeyArn)) deleteVolume(world, volume);
      return [volume.volumeId];
    });
    return shownVolume(world, volumeOf(world, ids[0] ?? ''));
  },
});

export const DeleteVolume = operation({
  input: z.strictObject({ VolumeId: z.string() }),
  access: (world, { VolumeId }) => [accessTo(world, 'DeleteVolume', volumeOf(world, VolumeId).volumeId)],
  run: (world, { VolumeId }) => {
    const volume = volumeOf(world, VolumeId);
    const attachment = attachmentOf(world, volume);
    if (attachment) {
      throw new AwsError('VolumeInUse', `Volume ${VolumeId} is currently attached to ${attachment.instanceId}`);
    }
    if (volume.goneAt === undefined) deleteVolume(world, volume);
    return {};
  },
});

const fields: FilterFields<VolumeRow> = {
  'volume-id': (volume) => volume.volumeId,
  status: (volume, world) => volumeState(world, volume),
  size: (volume) => volume.sizeGiB,
  'volume-type': (volume) => volume.type,
  'availability-zone': (volume) => volume.zone,
  encrypted: (volume) => volume.encrypted,
  'snapshot-id': (volume) => volume.snapshotId,
  'attachment.instance-id': (volume, world) => attachmentOf(world, volume)?.instanceId,
  'attachment.device': (volume, world) => attachmentOf(world, volume)?.device,
  'attachment.delete-on-termination': (volume, world) => attachmentOf(world, volume)?.deleteOnTermination,
  'attachment.status': (volume, world) => {
    const attachment = attachmentOf(world, volume);
    return attachment && attachmentState(world, attachment);
  },
};

export const DescribeVolumes = operation({
  input: z.strictObject({ ...describeInput, VolumeIds: z.array(z.string()).optional() }),
  access: (world) => accessToAll(world, 'DescribeVolumes'),
  run: (world, request) => {
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeVolumes',
      type: 'volume',
      table: volumes(world),
      ids: request.VolumeIds,
      request,
      fields,
      idOf: (volume) => volume.volumeId,
      shown: (volume) => volumeExists(world, volume),
    });
    return { Volumes: rows.map((volume) => shownVolume(world, volume)), NextToken: nextToken };
  },
});

function sizeOfSnapshot(world: World, id: string | undefined): number | undefined {
  if (id === undefined) return undefined;
  const image = imagesOf(world).find(({ rootSnapshotId }) => rootSnapshotId === id);
  if (!image) throw notFound('snapshot', id);
  return image.rootVolumeGiB;
}
