import { tableOf, type World } from '../world.ts';

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
