import type { World } from '../world.ts';
import { networkInterfaces } from './networkInterfaces.ts';
import { canReach, mayLeave, type Reach } from './reachability.ts';
import { routeTableOfSubnet } from './routeTables.ts';
import { serviceIn, vpcEndpointState, vpcEndpoints, vpcEndpointsOfVpc } from './vpcEndpoints.ts';

/** Any address outside and the port of HTTPS: what a machine needs to reach AWS's public endpoints. */
const outside = { address: '203.0.113.1', protocol: 'tcp', port: 443 };

/** Whether a machine on this interface reaches the internet and S3. Both can change at any time: ask again. */
export function outboundWay(
  world: World,
  networkInterfaceId: string,
): { readonly internet: Reach; readonly s3: Reach } {
  return {
    internet: canReach(world, { from: networkInterfaceId, to: outside }),
    s3: serviceWay(world, networkInterfaceId, 's3'),
  };
}

/**
 * Whether a machine reaches an AWS service by its usual name, `ssm` or `execute-api`: over a private-DNS interface
 * endpoint if its VPC has one (then over nothing else), over a gateway endpoint routed in its subnet, or over the internet.
 */
export function serviceWay(world: World, networkInterfaceId: string, service: string): Reach {
  const source = networkInterfaces(world).get(networkInterfaceId);
  if (!source) return { reachable: false, why: `${networkInterfaceId} does not exist` };

  const captured = vpcEndpointsOfVpc(world, source.vpcId).find(
    (endpoint) => endpoint.privateDnsEnabled && serviceIn(world, endpoint.serviceName) === service,
  );
  if (captured) {
    if (vpcEndpointState(world, captured) !== 'available') {
      return { reachable: false, why: `${captured.vpcEndpointId} is not available` };
    }
    return firstReachable(world, networkInterfaceId, captured.networkInterfaceIds);
  }
  if (hasGatewayEndpoint(world, source.subnetId, service)) return mayLeave(world, source, outside);
  return canReach(world, { from: networkInterfaceId, to: outside });
}

function firstReachable(world: World, from: string, endpointInterfaceIds: readonly string[]): Reach {
  let why = 'the endpoint has no interfaces';
  for (const id of endpointInterfaceIds) {
    const address = networkInterfaces(world).get(id)?.privateIpAddress ?? '';
    const reach = canReach(world, { from, to: { address, protocol: 'tcp', port: 443 } });
    if (reach.reachable) return reach;
    why = reach.why;
  }
  return { reachable: false, why };
}

function hasGatewayEndpoint(world: World, subnetId: string, service: string): boolean {
  return routeTableOfSubnet(world, subnetId).routes.some(({ target }) => {
    if (target.kind !== 'vpcEndpoint') return false;
    const endpoint = vpcEndpoints(world).get(target.id);
    const usable = endpoint && vpcEndpointState(world, endpoint) === 'available';
    return usable && serviceIn(world, endpoint.serviceName) === service;
  });
}
