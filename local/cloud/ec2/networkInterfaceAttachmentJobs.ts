import type { World } from '../world.ts';
import { attachedJob, type Detachment, detachedJob } from './networkInterfaceAttachments.ts';
import { freeInterface, networkInterfaces } from './networkInterfaces.ts';

/** What the world does by itself with attachments. Called once, when a world is put together. */
export function defineNetworkInterfaceAttachmentJobs(world: World): void {
  world.jobs.define(attachedJob, ({ networkInterfaceId, attachmentId }: Detachment) => {
    const attachment = networkInterfaces(world).get(networkInterfaceId)?.attachment;
    if (attachment?.attachmentId !== attachmentId || attachment.instanceId === undefined) return;
    world.machines.attachNetworkInterface(attachment.instanceId, networkInterfaceId, attachment.deviceIndex);
  });
  world.jobs.define(detachedJob, ({ networkInterfaceId, attachmentId }: Detachment) => {
    const attachment = networkInterfaces(world).get(networkInterfaceId)?.attachment;
    if (attachment?.attachmentId !== attachmentId || attachment.instanceId === undefined) return;
    freeInterface(world, networkInterfaceId);
    world.machines.detachNetworkInterface(attachment.instanceId, networkInterfaceId);
  });
}
