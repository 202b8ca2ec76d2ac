import type { Route } from '@aws-sdk/client-ec2';
import type { World } from '../world.ts';
import { instanceState, instances } from './instances.ts';
import { internetGateways } from './internetGateways.ts';
import { natGatewayState, natGateways } from './natGateways.ts';
import { networkInterfaces } from './networkInterfaces.ts';
import { vpcEndpoints } from './vpcEndpoints.ts';

/** Where a route leads. A route to an instance is one to its only interface. */
export interface RouteTarget {
  readonly kind: 'gateway' | 'natGateway' | 'networkInterface' | 'vpcEndpoint';
  readonly id: string;
}

export interface RouteRow {
  /** An IPv4 block, or the prefix list of a gateway endpoint's service. */
  readonly destination: string;
  readonly target: RouteTarget;
}

/** Whether a route leads nowhere now: its target is gone, not attached or does not run. */
export function isBlackhole(world: World, vpcId: string, { kind, id }: RouteTarget): boolean {
  switch (kind) {
    case 'gateway':
      return internetGateways(world).get(id)?.vpcId !== vpcId;
    case 'vpcEndpoint':
      return !vpcEndpoints(world).has(id);
    case 'natGateway': {
      const gateway = natGateways(world).get(id);
      return !gateway || !['pending', 'available'].includes(natGatewayState(world, gateway));
    }
    case 'networkInterface':
      return !isServed(world, id);
  }
}

/** Whether an interface is attached to something that forwards. */
export function isServed(world: World, networkInterfaceId: string): boolean {
  const attachment = networkInterfaces(world).get(networkInterfaceId)?.attachment;
  if (!attachment) return false;
  if (attachment.instanceId === undefined) return true;
  const instance = instances(world).get(attachment.instanceId);
  return instance !== undefined && ['pending', 'running'].includes(instanceState(world, instance));
}

/** A target as DescribeRouteTables shows it. */
export function shownTarget(world: World, { kind, id }: RouteTarget): Route {
  switch (kind) {
    case 'gateway':
    case 'vpcEndpoint':
      return { GatewayId: id };
    case 'natGateway':
      return { NatGatewayId: id };
    case 'networkInterface': {
      const instanceId = networkInterfaces(world).get(id)?.attachment?.instanceId;
      const owner = instanceId === undefined ? {} : { InstanceId: instanceId, InstanceOwnerId: world.account };
      return { NetworkInterfaceId: id, ...owner };
    }
  }
}
