import { tableOf, type World } from '../world.ts';
import { notFound } from './resourceTypes.ts';
import type { Visible } from './visibility.ts';

export interface InternetGatewayRow extends Visible {
  readonly internetGatewayId: string;
  /** The VPC that it is attached to. */
  readonly vpcId?: string;
}

export const internetGateways = tableOf<InternetGatewayRow>('ec2.internetGateways');

/** The gateway of this id, or what EC2 answers without one. */
export function internetGatewayOf(world: World, internetGatewayId: string): InternetGatewayRow {
  const gateway = internetGateways(world).get(internetGatewayId);
  if (!gateway) throw notFound('internet-gateway', internetGatewayId);
  return gateway;
}

/** A VPC has at most one. */
export function internetGatewayOfVpc(world: World, vpcId: string): InternetGatewayRow | undefined {
  for (const gateway of internetGateways(world).rows()) if (gateway.vpcId === vpcId) return gateway;
  return undefined;
}
