import { type Delays, medianDelays, noDelays } from '../cloud/delays.ts';
import { instances } from '../cloud/ec2/instances.ts';
import type { World } from '../cloud/world.ts';

/** How a world of real machines takes its time, beyond what the machines take. */
export interface MachinesPace {
  /** What AWS takes. */
  readonly delays: Delays;
  /** How much later than usual a machine starts, in milliseconds. Asked once for each start. */
  startsLateBy(world: World, instanceId: string): number;
  /** How long a machine waits for each answer of the Node API, in milliseconds, beyond what the answer takes. */
  readonly nodeApiMilliseconds: number;
}

export type PaceName = 'host' | 'aws';

/** A start that hangs for a while (source: EC2 user guide, status checks: a machine may take minutes to come up). */
export const lateStartMilliseconds = 90_000;

/** A cold start behind API Gateway, and a busy account. */
const slowAnswerMilliseconds = 3_000;

/**
 * `host`: AWS answers at once. `aws`: what AWS takes at the median, so that ways out and balancers appear late; the first
 * machine outside of any group, a master, starts late; the Node API answers slowly.
 */
export function machinesPace(name: PaceName): MachinesPace {
  if (name === 'host') return { delays: noDelays, startsLateBy: () => 0, nodeApiMilliseconds: 0 };
  let late: string | undefined;
  return {
    delays: medianDelays,
    startsLateBy(world, instanceId) {
      const isOfGroup = instances(world).get(instanceId)?.groupName !== undefined;
      if (isOfGroup || late !== undefined) return 0;
      late = instanceId;
      return lateStartMilliseconds;
    },
    nodeApiMilliseconds: slowAnswerMilliseconds,
  };
}
