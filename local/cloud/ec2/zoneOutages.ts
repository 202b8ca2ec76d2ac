import { nowOf, type World } from '../world.ts';
import { impairedSince, instanceFaults, zoneFaults } from './capacityFaults.ts';
import { notifyGroup, powerOn } from './instanceLifecycle.ts';
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

function silence(world: World, instance: InstanceRow): void {
  world.machines.stop(instance.instanceId);
  notifyGroup(world, instance);
}

function runningIn(world: World, zone: string): InstanceRow[] {
  return [...instances(world).rows()].filter((row) => row.zone === zone && instanceState(world, row) === 'running');
}
