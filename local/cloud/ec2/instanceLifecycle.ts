import { nowOf, type World } from '../world.ts';
import { ec2Arn } from './access.ts';
import { impairedSince } from './capacityFaults.ts';
import { type InstanceRow, type InstanceState, instanceState, type StateReason, updateInstance } from './instances.ts';
import { interfacesOfInstance } from './networkInterfaces.ts';
import { attachedVolumes } from './volumeAttachments.ts';

export const instanceRunningJob = 'ec2.instanceRunning';
export const instanceTerminatedJob = 'ec2.instanceTerminated';
export const instanceStoppedJob = 'ec2.instanceStopped';

/** Auto Scaling defines this job: EC2 reports to it what became of an instance that it launched. */
export const groupInstanceJob = 'autoscaling.instanceChanged';

/** An OS that nobody asks to shut down is gone sooner: 10 s against 30 s (estimated). */
const withoutShutdown = 1 / 3;

/** A machine that does not answer is given up on after minutes (source: EC2 user guide, "stuck in the shutting-down state"). */
const unansweredShutdown = 5 * 60_000;

/** How often a machine that takes longer than usual to end is looked after. */
export const endingLookMilliseconds = 1000;

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

/** No instance is gone while its machine is still at it, also where AWS takes no time. */
function soonest(world: World, { instanceId }: InstanceRow, delay: number): number {
  return world.machines.hasEnded(instanceId) ? delay : Math.max(delay, endingLookMilliseconds);
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
