import { tableOf } from '../world.ts';

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
