import { tableOf, type World } from '../world.ts';
import { elbError } from './errors.ts';
import { dropTags } from './tags.ts';

export interface ListenerRow {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly protocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'HTTP';
  readonly port: number;
  readonly targetGroupArn: string;
}

export const listeners = tableOf<ListenerRow>('elasticLoadBalancing.listeners');

export function listenersOf(world: World, loadBalancerArn: string): ListenerRow[] {
  return [...listeners(world).rows()].filter((row) => row.loadBalancerArn === loadBalancerArn);
}

export function listenersForwardingTo(world: World, targetGroupArn: string): ListenerRow[] {
  return [...listeners(world).rows()].filter((row) => row.targetGroupArn === targetGroupArn);
}

/** The listener of this ARN, or ListenerNotFound. */
export function listenerOf(world: World, arn: string): ListenerRow {
  const found = listeners(world).get(arn);
  if (!found) throw elbError('ListenerNotFound', `One or more listeners not found: ${arn}`);
  return found;
}

export function removeListener(world: World, arn: string): void {
  listeners(world).delete(arn);
  dropTags(world, arn);
}
