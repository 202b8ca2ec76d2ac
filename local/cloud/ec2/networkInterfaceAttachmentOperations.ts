import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { newId, nowOf, type World } from '../world.ts';
import { accessTo } from './access.ts';
import { instanceOf } from './instances.ts';
import { instanceTypeOf } from './instanceTypes.ts';
import { attachedJob, type Detachment, detachedJob, inUse } from './networkInterfaceAttachments.ts';
import {
  holdInterface,
  interfaceOfAttachment,
  interfacesOfInstance,
  networkInterfaceOf,
  networkInterfaces,
} from './networkInterfaces.ts';

export const AttachNetworkInterface = operation({
  input: z.strictObject({
    NetworkInterfaceId: z.string(),
    InstanceId: z.string(),
    DeviceIndex: z.number().int(),
  }),
  access: (world, { NetworkInterfaceId, InstanceId }) => [
    accessTo(world, 'AttachNetworkInterface', NetworkInterfaceId),
    accessTo(world, 'AttachNetworkInterface', InstanceId),
  ],
  run: (world, { NetworkInterfaceId: id, InstanceId: instanceId, DeviceIndex: deviceIndex }) => {
    const row = networkInterfaceOf(world, id);
    if (row.attachment) throw inUse(id);
    const others = interfacesOfInstance(world, instanceId);
    const [primary] = others;
    if (!primary) {
      throw new AwsError('IncorrectState', `The instance '${instanceId}' is not in a valid state for this operation.`);
    }
    if (primary.zone !== row.zone) {
      throw new AwsError(
        'InvalidParameterCombination',
        `You may not attach a network interface to an instance if they are not in the same availability zone`,
      );
    }
    if (others.some((other) => other.attachment?.deviceIndex === deviceIndex)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Instance '${instanceId}' already has an interface attached at device index '${deviceIndex}'.`,
      );
    }
    checkRoom(world, instanceId, others.length);
    const delay = world.delays.of('networkInterfaceAttached');
    const attachmentId = newId(world, 'eni-attach');
    const attachedAt = nowOf(world) + delay;
    holdInterface(world, id, { attachmentId, instanceId, deviceIndex, deleteOnTermination: false, attachedAt });
    world.jobs.schedule(attachedJob, delay, { networkInterfaceId: id, attachmentId } satisfies Detachment);
    return { AttachmentId: attachmentId, NetworkCardIndex: 0 };
  },
});

export const DetachNetworkInterface = operation({
  input: z.strictObject({ AttachmentId: z.string(), Force: z.boolean().optional() }),
  access: (world, { AttachmentId }) => {
    const row = attachedInterface(world, AttachmentId);
    const instanceId = row.attachment?.instanceId;
    return [
      accessTo(world, 'DetachNetworkInterface', row.networkInterfaceId),
      ...(instanceId === undefined ? [] : [accessTo(world, 'DetachNetworkInterface', instanceId)]),
    ];
  },
  run: (world, { AttachmentId }) => {
    const row = attachedInterface(world, AttachmentId);
    const { attachment, networkInterfaceId } = row;
    if (!attachment || attachment.instanceId === undefined) {
      throw new AwsError('OperationNotPermitted', `You are not allowed to manage '${AttachmentId}' attachments.`);
    }
    if (attachment.deviceIndex === 0) {
      throw new AwsError(
        'OperationNotPermitted',
        `The network interface at device index 0 and networkCard index 0 cannot be detached.`,
      );
    }
    if (attachment.detaching) return {};
    networkInterfaces(world).put(networkInterfaceId, { ...row, attachment: { ...attachment, detaching: true } });
    world.jobs.schedule(detachedJob, world.delays.of('networkInterfaceDetached'), {
      networkInterfaceId,
      attachmentId: AttachmentId,
    } satisfies Detachment);
    return {};
  },
});

/** How many interfaces an instance may have, its type says. */
function checkRoom(world: World, instanceId: string, present: number): void {
  const { instanceType } = instanceOf(world, instanceId);
  const most = instanceTypeOf(instanceType)?.maximumNetworkInterfaces ?? 0;
  if (present < most) return;
  throw new AwsError('AttachmentLimitExceeded', `Interface count ${present + 1} exceeds the limit for ${instanceType}`);
}

function attachedInterface(world: World, attachmentId: string) {
  const found = interfaceOfAttachment(world, attachmentId);
  if (found) return found;
  throw new AwsError('InvalidAttachmentID.NotFound', `The attachment '${attachmentId}' does not exist`);
}
