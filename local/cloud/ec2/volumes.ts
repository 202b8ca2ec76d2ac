import { AwsError } from '../errors.ts';
import { nowOf, tableOf, type World } from '../world.ts';
import { notFound } from './resourceTypes.ts';
import type { Visible } from './visibility.ts';

/** One EBS volume. Its state follows from its times. */
export interface VolumeRow extends Visible {
  readonly volumeId: string;
  readonly zone: string;
  readonly sizeGiB: number;
  readonly type: VolumeType;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly snapshotId: string | undefined;
  readonly availableAt: number;
  readonly attachment: VolumeAttachment | undefined;
  readonly modification: VolumeModification | undefined;
  /** Set when it was deleted: until then it shows as deleting, afterwards it is gone. */
  readonly goneAt: number | undefined;
}

export type VolumeType = 'gp2' | 'gp3' | 'io1' | 'io2';

export interface VolumeAttachment {
  readonly instanceId: string;
  readonly device: string;
  readonly deleteOnTermination: boolean;
  readonly requestedAt: number;
  readonly attachedAt: number;
  /** Set when it was detached: until then it shows as detaching, afterwards the volume is free. */
  readonly detachedAt: number | undefined;
}

export interface VolumeModification {
  readonly startedAt: number;
  readonly optimizingAt: number;
  readonly completedAt: number;
  readonly original: VolumeShape;
  readonly target: VolumeShape;
}

export interface VolumeShape {
  readonly sizeGiB: number;
  readonly type: VolumeType;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
}

export const volumes = tableOf<VolumeRow>('ec2.volumes');

export type VolumeState = 'creating' | 'available' | 'in-use' | 'deleting';

export function volumeState(world: World, volume: VolumeRow): VolumeState {
  if (volume.goneAt !== undefined) return 'deleting';
  if (volume.availableAt > nowOf(world)) return 'creating';
  return attachmentOf(world, volume) ? 'in-use' : 'available';
}

/** The attachment as long as it lasts, detaching included. */
export function attachmentOf(world: World, volume: VolumeRow): VolumeAttachment | undefined {
  const { attachment } = volume;
  const ended = attachment?.detachedAt !== undefined && attachment.detachedAt <= nowOf(world);
  return ended ? undefined : attachment;
}

export type AttachmentState = 'attaching' | 'attached' | 'detaching';

export function attachmentState(world: World, attachment: VolumeAttachment): AttachmentState {
  if (attachment.detachedAt !== undefined) return 'detaching';
  return attachment.attachedAt > nowOf(world) ? 'attaching' : 'attached';
}

/** Whether Describe and other calls still know it. */
export const volumeExists = (world: World, volume: VolumeRow): boolean =>
  volume.goneAt === undefined || volume.goneAt > nowOf(world);

/** The volume of this id, or InvalidVolume.NotFound. */
export function volumeOf(world: World, id: string): VolumeRow {
  const volume = volumes(world).get(id);
  if (!volume || !volumeExists(world, volume)) throw notFound('volume', id);
  return volume;
}

export function incorrectVolumeState(volume: VolumeRow, state: string, wanted: string): AwsError {
  return new AwsError('IncorrectState', `The volume '${volume.volumeId}' is '${state}', not '${wanted}'.`);
}
