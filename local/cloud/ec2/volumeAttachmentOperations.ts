import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { accessTo } from './access.ts';
import { instanceOf, instanceState } from './instances.ts';
import { attachedVolumes, putAttachment, volumeAttachedJob, volumeDetachedJob } from './volumeAttachments.ts';
import {
  attachmentOf,
  attachmentState,
  incorrectVolumeState,
  type VolumeAttachment,
  volumeOf,
  volumeState,
  volumes,
} from './volumes.ts';

export const AttachVolume = operation({
  input: z.strictObject({ VolumeId: z.string(), InstanceId: z.string(), Device: z.string() }),
  access: (world, { VolumeId, InstanceId }) => [
    accessTo(world, 'AttachVolume', volumeOf(world, VolumeId).volumeId),
    accessTo(world, 'AttachVolume', instanceOf(world, InstanceId).instanceId),
  ],
  run: (world, { VolumeId, InstanceId, Device }) => {
    const volume = volumeOf(world, VolumeId);
    const instance = instanceOf(world, InstanceId);
    const attached = attachmentOf(world, volume);
    if (attached) {
      throw new AwsError('VolumeInUse', `${VolumeId} is already attached to an instance`);
    }
    const state = volumeState(world, volume);
    if (state !== 'available') throw incorrectVolumeState(volume, state, 'available');
    const running = instanceState(world, instance);
    if (running !== 'running' && running !== 'stopped') {
      throw new AwsError('IncorrectState', `Instance '${InstanceId}' is not 'running'.`);
    }
    if (volume.zone !== instance.zone) {
      throw new AwsError(
        'InvalidVolume.ZoneMismatch',
        `The volume '${VolumeId}' is not in the same availability zone as instance '${InstanceId}'`,
      );
    }
    if (attachedVolumes(world, InstanceId).some((other) => other.attachment?.device === Device)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Invalid value '${Device}' for unixDevice. Attachment point ${Device} is already in use`,
      );
    }
    if (!/^(\/dev\/(sd[a-z][1-9]?[0-5]?|xvd[a-z]{1,2}))$/.test(Device)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${Device}) for parameter device is invalid. ${Device} is not a valid EBS device name.`,
      );
    }

    const delay = world.delays.of('volumeAttached');
    const attachment = putAttachment(world, volume, {
      instanceId: InstanceId,
      device: Device,
      deleteOnTermination: false,
      attachedAt: nowOf(world) + delay,
    });
    world.jobs.schedule(volumeAttachedJob, delay, { volumeId: VolumeId, instanceId: InstanceId });
    return shownAttachment(world, VolumeId, attachment);
  },
});

export const DetachVolume = operation({
  input: z.strictObject({
    VolumeId: z.string(),
    InstanceId: z.string().optional(),
    Device: z.string().optional(),
    Force: z.boolean().optional(),
  }),
  access: (world, { VolumeId, InstanceId }) => [
    accessTo(world, 'DetachVolume', volumeOf(world, VolumeId).volumeId),
    ...(InstanceId === undefined ? [] : [accessTo(world, 'DetachVolume', instanceOf(world, InstanceId).instanceId)]),
  ],
  run: (world, { VolumeId, InstanceId, Device }) => {
    const volume = volumeOf(world, VolumeId);
    const attachment = attachmentOf(world, volume);
    if (!attachment) throw incorrectVolumeState(volume, volumeState(world, volume), 'in-use');
    if (
      (InstanceId ?? attachment.instanceId) !== attachment.instanceId ||
      (Device ?? attachment.device) !== attachment.device
    ) {
      throw new AwsError(
        'InvalidAttachment.NotFound',
        `Volume ${VolumeId} is not attached to ${InstanceId} as device ${Device}`,
      );
    }
    const instance = instanceOf(world, attachment.instanceId);
    if (attachment.device === instance.rootDeviceName && instanceState(world, instance) !== 'stopped') {
      throw new AwsError(
        'OperationNotPermitted',
        `Unable to detach root volume '${VolumeId}' from instance '${instance.instanceId}'`,
      );
    }
    if (attachment.detachedAt !== undefined) {
      throw new AwsError('IncorrectState', `Volume '${VolumeId}' is in the 'detaching' state`);
    }

    const delay = world.delays.of('volumeDetached');
    const detaching = { ...attachment, detachedAt: nowOf(world) + delay };
    volumes(world).put(VolumeId, { ...volume, attachment: detaching });
    world.jobs.schedule(volumeDetachedJob, delay, { volumeId: VolumeId, instanceId: attachment.instanceId });
    return shownAttachment(world, VolumeId, detaching);
  },
});

function shownAttachment(world: World, volumeId: string, attachment: VolumeAttachment) {
  return {
    VolumeId: volumeId,
    InstanceId: attachment.instanceId,
    Device: attachment.device,
    DeleteOnTermination: attachment.deleteOnTermination,
    State: attachmentState(world, attachment),
    AttachTime: new Date(attachment.requestedAt),
  };
}
