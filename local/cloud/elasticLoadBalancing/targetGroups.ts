import { tableOf, type World } from '../world.ts';
import { elbError } from './errors.ts';
import type { HealthCheckSettings } from './healthChecks.ts';

export interface TargetGroupRow {
  readonly arn: string;
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly vpcId: string;
  readonly targetType: 'instance' | 'ip';
  readonly healthCheck: HealthCheckSettings;
  readonly attributes: Readonly<Record<string, string>>;
}

export type Protocol = 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS' | 'HTTP' | 'HTTPS';

export const targetGroups = tableOf<TargetGroupRow>('elasticLoadBalancing.targetGroups');

/** The group of this ARN, or TargetGroupNotFound. */
export function targetGroupOf(world: World, arn: string): TargetGroupRow {
  const found = targetGroups(world).get(arn);
  if (!found) throw targetGroupNotFound(arn);
  return found;
}

export function targetGroupNotFound(nameOrArn: string): Error {
  return elbError('TargetGroupNotFound', `Target groups '${nameOrArn}' not found`);
}
