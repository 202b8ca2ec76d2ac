import { nowOf, tableOf, type World } from '../world.ts';

/** One target of a group. */
export interface TargetRow {
  /** An instance id or an address, after the group's target type. */
  readonly id: string;
  readonly port: number;
  /** `all` for an address outside the VPC. */
  readonly zone?: string;
  readonly registeredAt: number;
  /** Deregistered, but still listed until its connections had time to end. */
  readonly drainedAt?: number;
}

/** The targets of each group, by the group's ARN. */
export const targets = tableOf<readonly TargetRow[]>('elasticLoadBalancing.targets');

/** The targets of a group that ELBv2 still lists: those that have drained are gone. */
export function targetsOf(world: World, targetGroupArn: string): TargetRow[] {
  return (targets(world).get(targetGroupArn) ?? []).filter(
    ({ drainedAt }) => drainedAt === undefined || nowOf(world) < drainedAt,
  );
}
