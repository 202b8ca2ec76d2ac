import { networkInterfaces } from '../ec2/networkInterfaces.ts';
import { canReach, type Reach } from '../ec2/reachability.ts';
import type { World } from '../world.ts';
import { listenersOf } from './listeners.ts';
import { isActive, type LoadBalancerRow, loadBalancers } from './loadBalancers.ts';
import { connectionAttributes } from './targetGroupAttributes.ts';
import { targetGroups } from './targetGroups.ts';
import { addressOf, targetHealth } from './targetHealth.ts';
import { targetsOf } from './targets.ts';

/** Where a connection to a balancer's name ends up: one of these targets, or what is in its way. */
export type ThroughBalancer =
  | { readonly reachable: true; readonly targets: readonly { readonly address: string; readonly port: number }[] }
  | Extract<Reach, { reachable: false }>;

/**
 * Whether a connection from an interface, or from the internet, to a balancer's DNS name reaches targets. The name
 * resolves once the balancer is active; as in AWS, when no target is healthy the balancer tries them all.
 */
export function throughBalancer(
  world: World,
  { from, dnsName, port }: { readonly from: string | 'internet'; readonly dnsName: string; readonly port: number },
): ThroughBalancer {
  const balancer = [...loadBalancers(world).rows()].find((row) => row.dnsName === dnsName && !row.deleting);
  if (!balancer || !isActive(world, balancer)) return { reachable: false, why: `${dnsName} does not resolve` };
  const listener = listenersOf(world, balancer.arn).find((row) => row.port === port);
  if (!listener) return { reachable: false, why: `${dnsName} does not listen on ${port}` };
  const entry = reachNode(world, balancer, from, port);
  if (!entry.reachable) return entry;

  const group = targetGroups(world).get(listener.targetGroupArn);
  const known = group ? targetsOf(world, group.arn).map((target) => ({ group, target })) : [];
  const states = known.map((each) => ({ ...each, state: targetHealth(world, each.group, each.target).State }));
  const healthy = states.filter(({ state }) => state === 'healthy');
  const tried =
    healthy.length > 0 ? healthy : states.filter(({ state }) => state === 'unhealthy' || state === 'initial');
  const targets = tried.flatMap(({ group: of, target }) => {
    const address = addressOf(world, of, target);
    return address === undefined ? [] : [{ address, port: target.port }];
  });
  if (group && connectionAttributes(group.attributes).preserveClientAddress) {
    const blocked = underOwnAddress(world, from, targets);
    if (blocked) return blocked;
  }
  return targets.length > 0 ? { reachable: true, targets } : { reachable: false, why: `${dnsName} has no targets` };
}

/**
 * What is in the way of a client whose address targets see: their groups judge it, and a target that is sent to itself
 * never hears an answer (source: NLB user guide, "Client IP preservation", and its troubleshooting).
 */
function underOwnAddress(
  world: World,
  from: string,
  targets: readonly { readonly address: string; readonly port: number }[],
): Extract<Reach, { reachable: false }> | undefined {
  const own = networkInterfaces(world).get(from)?.privateIpAddress;
  for (const { address, port } of targets) {
    if (address === own) return { reachable: false, why: `the balancer sends ${own} to itself under its own address` };
    const reach = canReach(world, { from, to: { address, protocol: 'tcp', port } });
    if (!reach.reachable) return reach;
  }
  return undefined;
}

function reachNode(world: World, { nodes, scheme }: LoadBalancerRow, from: string, port: number): Reach {
  let why = 'the balancer has no nodes';
  for (const { networkInterfaceId } of nodes) {
    const node = networkInterfaces(world).get(networkInterfaceId);
    const address = scheme === 'internal' ? node?.privateIpAddress : node?.publicAddress?.publicIp;
    const reach = canReach(world, { from, to: { address: address ?? '', protocol: 'tcp', port } });
    if (reach.reachable) return reach;
    why = reach.why;
  }
  return { reachable: false, why };
}
