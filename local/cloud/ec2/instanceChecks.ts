import type { World } from '../world.ts';
import { impairedSince } from './capacityFaults.ts';
import { type InstanceRow, instanceState } from './instances.ts';

/** Status checks pass about two minutes after a start (source: EC2 user guide, "Status checks"). */
const checksPassAfter = 2 * 60_000;

type CheckStatus = 'ok' | 'impaired' | 'initializing' | 'not-applicable';

/** What the status checks of an instance say. */
export function checkStatus(world: World, instance: InstanceRow): CheckStatus {
  if (instanceState(world, instance) !== 'running') return 'not-applicable';
  if (impairedSince(world, instance) !== undefined) return 'impaired';
  return world.clock.now() < instance.runningAt + checksPassAfter ? 'initializing' : 'ok';
}
