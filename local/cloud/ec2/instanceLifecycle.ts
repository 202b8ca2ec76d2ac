import { nowOf, type World } from '../world.ts';
import { ec2Arn } from './access.ts';
import { impairedSince, instanceFaults } from './capacityFaults.ts';
import {
  type InstanceRow,
  type InstanceState,
  instanceState,
  instances,
  type StateReason,
  updateInstance,
  visibleAfterTermination,
} from './instances.ts';
import {
  freeInterface,
  type InterfaceAttachment,
  interfacesOfInstance,
  type NetworkInterfaceRow,
  networkInterfaces,
  removeInterface,
} from './networkInterfaceRows.ts';
import { dropTags } from './tags.ts';
import { uncountVcpus } from './vcpuQuota.ts';
import { attachedVolumes } from './volumeAttachments.ts';
import { deleteVolume } from './volumeDeletion.ts';
import { volumes } from './volumes.ts';

export const instanceRunningJob = 'ec2.instanceRunning';
const instanceTerminatedJob = 'ec2.instanceTerminated';
const instanceStoppedJob = 'ec2.instanceStopped';
const instanceGoneJob = 'ec2.instanceGone';
const interfaceLeftJob = 'ec2.interfaceLeft';

/** Auto Scaling defines this job: EC2 reports to it what became of an instance that it launched. */
export const groupInstanceJob = 'autoscaling.instanceChanged';

/** An OS that nobody asks to shut down is gone sooner: 10 s against 30 s (estimated). */
const withoutShutdown = 1 / 3;

/** A machine that does not answer is given up on after minutes (source: EC2 user guide, "stuck in the shutting-down state"). */
const unansweredShutdown = 5 * 60_000;

/** How often a machine that takes longer than usual to end is looked after. */
const endingLookMilliseconds = 1000;

/** Reports a state on the account's event bus. */
export function announceState(world: World, instanceId: string, state: InstanceState): void {
  world.events.emit({
    source: 'aws.ec2',
    detailType: 'EC2 Instance State-change Notification',
    detail: { 'instance-id': instanceId, state },
    resources: [ec2Arn(world, 'instance', instanceId)],
  });
}

/** Notifies Auto Scaling about an instance of a group. */
export function notifyGroup(world: World, instance: InstanceRow): void {
  if (instance.groupName === undefined) return;
  world.jobs.schedule(groupInstanceJob, 0, { instanceId: instance.instanceId });
}

export interface TerminationRequest {
  readonly reason: StateReason;
  readonly skipOsShutdown?: boolean;
  readonly force?: boolean;
}

/** Begins to terminate an instance; nothing happens when that began already. */
export function terminateInstance(world: World, instance: InstanceRow, request: TerminationRequest): void {
  if (instance.terminating) return;
  const usual = terminationDelay(world, instance, request);
  const now = nowOf(world);
  if (instanceState(world, instance) === 'running') world.machines.stop(instance.instanceId);
  const delay = soonest(world, instance, usual);
  updateInstance(world, instance.instanceId, {
    terminating: { requestedAt: now, endedAt: now + delay },
    stateReason: request.reason,
  });
  announceState(world, instance.instanceId, 'shutting-down');
  world.jobs.schedule(instanceTerminatedJob, delay, { instanceId: instance.instanceId });
}

function terminationDelay(world: World, instance: InstanceRow, { skipOsShutdown, force }: TerminationRequest): number {
  const usual = world.delays.of('instanceTerminated');
  if (skipOsShutdown || force) return usual * withoutShutdown;
  const answers = impairedSince(world, instance) === undefined;
  return instanceState(world, instance) === 'running' && !answers ? unansweredShutdown : usual;
}

export function stopInstance(world: World, instance: InstanceRow, force: boolean): void {
  const usual = world.delays.of('instanceTerminated');
  const answers = impairedSince(world, instance) === undefined;
  const now = nowOf(world);
  world.machines.stop(instance.instanceId);
  const delay = soonest(world, instance, answers || force ? usual : unansweredShutdown);
  updateInstance(world, instance.instanceId, {
    stopping: { requestedAt: now, endedAt: now + delay },
    stateReason: {
      code: 'Client.UserInitiatedShutdown',
      message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    },
  });
  announceState(world, instance.instanceId, 'stopping');
  world.jobs.schedule(instanceStoppedJob, delay, { instanceId: instance.instanceId });
}

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

/** No instance is gone while its machine is still at it, also where AWS takes no time. */
function soonest(world: World, { instanceId }: InstanceRow, delay: number): number {
  return world.machines.hasEnded(instanceId) ? delay : Math.max(delay, endingLookMilliseconds);
}

/** The machine is still at it: its instance stays in the state before, and is looked at again. */
function lookLater(world: World, instance: InstanceRow, ending: 'stopping' | 'terminating', job: string): void {
  const { instanceId } = instance;
  const row = instance[ending];
  if (!row) return;
  updateInstance(world, instanceId, { [ending]: { ...row, endedAt: nowOf(world) + endingLookMilliseconds } });
  world.jobs.schedule(job, endingLookMilliseconds, { instanceId });
}

/** Starts the machine and shows it the devices that it has besides its root volume and primary interface. */
export function powerOn(world: World, instance: InstanceRow): void {
  const { instanceId } = instance;
  world.machines.start({
    instanceId,
    instanceType: instance.instanceType,
    architecture: instance.architecture,
    imageId: instance.imageId,
    zone: instance.zone,
    privateIpAddress: instance.privateIpAddress,
    userData: instance.userData,
    instanceProfileArn: instance.instanceProfile?.arn,
  });
  for (const { volumeId, attachment } of attachedVolumes(world, instanceId)) {
    if (!attachment || attachment.device === instance.rootDeviceName) continue;
    world.machines.attachVolume(instanceId, volumeId, attachment.device);
  }
  for (const { networkInterfaceId, attachment } of interfacesOfInstance(world, instanceId)) {
    if (!attachment || attachment.deviceIndex === 0) continue;
    world.machines.attachNetworkInterface(instanceId, networkInterfaceId, attachment.deviceIndex);
  }
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
