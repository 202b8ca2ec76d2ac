import { nowOf, type World } from '../world.ts';
import { ec2Arn } from './access.ts';
import { impairedSince, instanceFaults, zoneFaults } from './capacityFaults.ts';
import { powerOn, tellGroup, terminateInstance } from './instanceLifecycle.ts';
import { type InstanceRow, instanceOf, instanceState, instances } from './instances.ts';

/** A zone goes dark: its machines stop answering, launches in it fail, Auto Scaling replaces what it had there. */
export function loseZone(world: World, zone: string): void {
  const affected = runningIn(world, zone);
  zoneFaults(world).put(zone, { since: nowOf(world) });
  for (const instance of affected) silence(world, instance);
}

/** The zone is back: its machines boot again. */
export function restoreZone(world: World, zone: string): void {
  zoneFaults(world).delete(zone);
  for (const instance of runningIn(world, zone)) powerOn(world, instance);
}

/** An instance's host breaks: it stays `running` and fails its status checks. */
export function breakInstance(world: World, instanceId: string): void {
  const instance = instanceOf(world, instanceId);
  instanceFaults(world).put(instanceId, { since: nowOf(world) });
  silence(world, instance);
}

export function mendInstance(world: World, instanceId: string): void {
  instanceFaults(world).delete(instanceId);
  const instance = instanceOf(world, instanceId);
  if (instanceState(world, instance) === 'running' && impairedSince(world, instance) === undefined)
    powerOn(world, instance);
}

/** EC2 takes a Spot Instance back: a warning, and two minutes later the end (source: EC2 user guide, "Spot Instance interruption notices"). */
export function interruptSpotInstance(world: World, instanceId: string): void {
  instanceOf(world, instanceId);
  world.events.emit({
    source: 'aws.ec2',
    detailType: 'EC2 Spot Instance Interruption Warning',
    detail: { 'instance-id': instanceId, 'instance-action': 'terminate' },
    resources: [ec2Arn(world, 'instance', instanceId)],
  });
  world.jobs.schedule(spotInterruptionJob, 2 * 60_000, { instanceId });
}

const spotInterruptionJob = 'ec2.spotInterruption';

/** What the world does by itself with interruptions. Called once, when a world is put together. */
export function defineSpotInterruptions(world: World): void {
  world.jobs.define(spotInterruptionJob, ({ instanceId }: { instanceId: string }) => {
    const instance = instances(world).get(instanceId);
    if (!instance || instance.terminating) return;
    const message = 'Server.SpotInstanceTermination: Spot instance termination';
    terminateInstance(world, instance, { reason: { code: 'Server.SpotInstanceTermination', message } });
  });
}

function silence(world: World, instance: InstanceRow): void {
  world.machines.stop(instance.instanceId);
  tellGroup(world, instance);
}

function runningIn(world: World, zone: string): InstanceRow[] {
  return [...instances(world).rows()].filter((row) => row.zone === zone && instanceState(world, row) === 'running');
}
