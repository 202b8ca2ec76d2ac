import { nowOf, type World } from '../world.ts';
import { impairedSince, instanceFaults } from './capacityFaults.ts';
import {
  announceState,
  endingLookMilliseconds,
  instanceRunningJob,
  instanceStoppedJob,
  instanceTerminatedJob,
  notifyGroup,
  powerOn,
} from './instanceLifecycle.ts';
import { type InstanceRow, instanceState, instances, updateInstance, visibleAfterTermination } from './instances.ts';
import {
  freeInterface,
  type InterfaceAttachment,
  interfacesOfInstance,
  type NetworkInterfaceRow,
  networkInterfaces,
  removeInterface,
} from './networkInterfaces.ts';
import { dropTags } from './tags.ts';
import { uncountVcpus } from './vcpuQuota.ts';
import { attachedVolumes } from './volumeAttachments.ts';
import { deleteVolume } from './volumeDeletion.ts';
import { volumes } from './volumes.ts';

const instanceGoneJob = 'ec2.instanceGone';
const interfaceLeftJob = 'ec2.interfaceLeft';

/** What the world does by itself with instances. Called once, when a world is put together. */
export function defineInstanceJobs(world: World): void {
  world.jobs.define(instanceRunningJob, ({ instanceId, startedAt }: { instanceId: string; startedAt: number }) => {
    const instance = instances(world).get(instanceId);
    if (!instance || instance.startedAt !== startedAt || instanceState(world, instance) !== 'running') return;
    announceState(world, instanceId, 'running');
    if (impairedSince(world, instance) === undefined) powerOn(world, instance);
    notifyGroup(world, instance);
  });
  world.jobs.define(instanceTerminatedJob, ({ instanceId }: { instanceId: string }) => {
    const instance = instances(world).get(instanceId);
    // A job that runs again after its process died must not count the end twice: by then no interface is held any more.
    const holds = interfacesOfInstance(world, instanceId).some(({ attachment }) => !attachment?.detaching);
    if (!instance || !holds) return;
    if (!world.machines.hasEnded(instanceId)) return lookLater(world, instance, 'terminating', instanceTerminatedJob);
    endInstance(world, instance);
  });
  world.jobs.define(interfaceLeftJob, ({ networkInterfaceId }: { networkInterfaceId: string }) => {
    if (networkInterfaces(world).get(networkInterfaceId)?.attachment?.detaching) {
      freeInterface(world, networkInterfaceId);
    }
  });
  world.jobs.define(instanceStoppedJob, ({ instanceId }: { instanceId: string }) => {
    const instance = instances(world).get(instanceId);
    if (!instance || instanceState(world, instance) !== 'stopped') return;
    if (!world.machines.hasEnded(instanceId)) return lookLater(world, instance, 'stopping', instanceStoppedJob);
    uncountVcpus(world, instance);
    announceState(world, instanceId, 'stopped');
    notifyGroup(world, instance);
  });
  world.jobs.define(instanceGoneJob, ({ instanceId }: { instanceId: string }) => {
    instances(world).delete(instanceId);
    dropTags(world, instanceId);
    instanceFaults(world).delete(instanceId);
  });
}

/** The machine is still at it: its instance stays in the state before, and is looked at again. */
function lookLater(world: World, instance: InstanceRow, ending: 'stopping' | 'terminating', job: string): void {
  const { instanceId } = instance;
  const row = instance[ending];
  if (!row) return;
  updateInstance(world, instanceId, { [ending]: { ...row, endedAt: nowOf(world) + endingLookMilliseconds } });
  world.jobs.schedule(job, endingLookMilliseconds, { instanceId });
}

function leaveInterface(world: World, row: NetworkInterfaceRow, attachment: InterfaceAttachment): void {
  const { networkInterfaceId } = row;
  networkInterfaces(world).put(networkInterfaceId, { ...row, attachment: { ...attachment, detaching: true } });
  world.jobs.schedule(interfaceLeftJob, world.delays.of('networkInterfaceDetached'), { networkInterfaceId });
}

/**
 * The instance is terminated: its volumes are deleted or free, and interfaces that outlive it are freed a little later
 * (source: rebuy-de/aws-nuke#607, an interface in use whose instance shows `terminated`).
 */
function endInstance(world: World, instance: InstanceRow): void {
  const { instanceId } = instance;
  for (const volume of attachedVolumes(world, instanceId)) {
    if (volume.attachment?.deleteOnTermination) deleteVolume(world, volume);
    else volumes(world).put(volume.volumeId, { ...volume, attachment: undefined });
  }
  for (const row of interfacesOfInstance(world, instanceId)) {
    if (!row.attachment || row.attachment.deleteOnTermination) removeInterface(world, row.networkInterfaceId);
    else leaveInterface(world, row, row.attachment);
  }
  updateInstance(world, instanceId, { volumeIds: [] });
  const wasStopped =
    instance.stopping !== undefined && instance.stopping.endedAt <= (instance.terminating?.requestedAt ?? 0);
  if (!wasStopped) uncountVcpus(world, instance);
  world.machines.terminate(instanceId);
  announceState(world, instanceId, 'terminated');
  notifyGroup(world, instance);
  world.jobs.schedule(instanceGoneJob, visibleAfterTermination, { instanceId });
}
