import type { World } from '../world.ts';
import { impairedSince } from './capacityFaults.ts';
import { blockOf, containsAddress, isWithin, parseAddress } from './cidr.ts';
import { natGatewayState, natGateways } from './natGateways.ts';
import { interfaceOfPublicAddress, type NetworkInterfaceRow, networkInterfaces } from './networkInterfaces.ts';
import { holderOf } from './privateAddresses.ts';
import { routeTableOfSubnet } from './routeTables.ts';
import { isBlackhole, isServed, type RouteTarget } from './routeTargets.ts';
import type { SecurityGroupRule } from './securityGroupRules.ts';
import { securityGroups } from './securityGroups.ts';
import { vpcOf } from './vpcs.ts';

/** Whether packets arrive; if not, the first thing in their way, for a person to read. */
export type Reach = { readonly reachable: true } | { readonly reachable: false; readonly why: string };

export interface Traffic {
  /** The interface that sends. */
  readonly from: string | 'internet';
  /** Its own address when missing. Any other, such as a pod's, needs the source/destination check off. */
  readonly fromAddress?: string;
  readonly to: Destination;
}

export interface Destination {
  readonly address: string;
  /** `tcp`, `udp`, `icmp` or a protocol's number. */
  readonly protocol: string;
  /** Missing for a protocol without ports. */
  readonly port?: number;
}

/** An address outside (source: RFC 5737, TEST-NET-3), where the real one does not matter. */
const somewhereOutside = '203.0.113.1';

const reached: Reach = { reachable: true };
const blocked = (why: string): Reach => ({ reachable: false, why });

/** Whether traffic gets from an interface, or from the internet, to an address: routes, gateways, groups, source/destination check. */
export function canReach(world: World, traffic: Traffic): Reach {
  if (traffic.from === 'internet') return fromOutside(world, traffic.fromAddress ?? somewhereOutside, traffic.to);
  const source = networkInterfaces(world).get(traffic.from);
  if (!source) return blocked(`${traffic.from} does not exist`);
  if (!answers(world, source)) return blocked(`${traffic.from} is not attached to anything running`);
  const address = traffic.fromAddress ?? source.privateIpAddress;
  if (address !== source.privateIpAddress && source.sourceDestCheck) {
    return blocked(`${traffic.from} may not send as ${address}: its source/destination check is on`);
  }
  return alongRoute(world, { source, address }, traffic.to);
}

/** The sender as the network sees it. */
interface Sender {
  readonly source: NetworkInterfaceRow;
  readonly address: string;
}

function alongRoute(world: World, sender: Sender, to: Destination): Reach {
  const { source } = sender;
  const target = routeTo(world, source, to.address);
  if (target === undefined) return blocked(`the route table of ${source.subnetId} has no route to ${to.address}`);
  if (target === 'local') return locally(world, sender, holderOf(world, source.vpcId, to.address), to);
  if (isBlackhole(world, source.vpcId, target))
    return blocked(`the route to ${to.address} over ${target.id} is a blackhole`);
  if (target.kind === 'networkInterface') return locally(world, sender, target.id, to);
  return outside(world, sender, target, to);
}

/** The target of the most specific route; inside the VPC the local one unless a longer one exists. */
export function routeTo(world: World, source: NetworkInterfaceRow, address: string): RouteTarget | 'local' | undefined {
  const number = parseAddress(address);
  if (number === undefined) return undefined;
  let best: RouteTarget | 'local' | undefined;
  let longest = -1;
  const consider = (destination: string, target: RouteTarget | 'local') => {
    const block = blockOf(destination);
    if (!block || block.prefixLength <= longest || !containsAddress(block, number)) return;
    best = target;
    longest = block.prefixLength;
  };
  for (const { cidrBlock } of vpcOf(world, source.vpcId).cidrBlocks) consider(cidrBlock, 'local');
  for (const { destination, target } of routeTableOfSubnet(world, source.subnetId).routes)
    consider(destination, target);
  return best;
}

function locally(world: World, { source, address }: Sender, receiverId: string | undefined, to: Destination): Reach {
  const receiver = networkInterfaces(world).get(receiverId ?? '');
  if (!receiver) return blocked(`no interface holds ${to.address}`);
  const out = mayLeave(world, source, to, receiver.groupIds);
  if (!out.reachable) return out;
  return arrive(world, receiver, { address, groupIds: source.groupIds }, to);
}

function outside(world: World, { source }: Sender, target: RouteTarget, to: Destination): Reach {
  const out = mayLeave(world, source, to);
  if (!out.reachable) return out;
  const address = target.kind === 'natGateway' ? translatedAddress(world, target.id) : source.publicAddress?.publicIp;
  if (address === undefined) {
    return blocked(
      target.kind === 'natGateway'
        ? `${target.id} has no way out yet`
        : `${source.networkInterfaceId} has no public address for ${target.id}`,
    );
  }
  const receiver = interfaceOfPublicAddress(world, to.address);
  return receiver ? fromOutside(world, address, to) : reached;
}

/** Whether the groups of an interface let a connection out, to a receiver in these groups. */
export function mayLeave(
  world: World,
  source: NetworkInterfaceRow,
  to: Destination,
  receiverGroupIds: readonly string[] = [],
): Reach {
  if (ruleFor(world, source, 'egress', { address: to.address, groupIds: receiverGroupIds }, to)) return reached;
  return blocked(`no egress rule of ${source.networkInterfaceId} allows ${shown(to)}`);
}

/** The public address that a NAT gateway sends from, once it is available and itself has a way out. */
function translatedAddress(world: World, natGatewayId: string): string | undefined {
  const gateway = natGateways(world).get(natGatewayId);
  if (!gateway || natGatewayState(world, gateway) !== 'available' || gateway.connectivityType === 'private') {
    return undefined;
  }
  const [address] = gateway.addresses;
  // A regional gateway has a route to the internet of its own; a zonal one needs its subnet's.
  if (gateway.availabilityMode === 'regional') return address?.publicIp;
  const own = networkInterfaces(world).get(address?.networkInterfaceId ?? '');
  if (!own || !answers(world, own)) return undefined;
  const target = routeTo(world, own, somewhereOutside);
  const hasWay = target !== undefined && target !== 'local' && target.kind === 'gateway';
  return hasWay && !isBlackhole(world, own.vpcId, target) ? address?.publicIp : undefined;
}

function fromOutside(world: World, address: string, to: Destination): Reach {
  const receiver = interfaceOfPublicAddress(world, to.address);
  if (!receiver) return blocked(`no interface has the public address ${to.address}`);
  const back = routeTo(world, receiver, address);
  if (back === undefined || back === 'local' || back.kind !== 'gateway' || isBlackhole(world, receiver.vpcId, back)) {
    return blocked(`the route table of ${receiver.subnetId} has no internet gateway for ${to.address}`);
  }
  return arrive(world, receiver, { address, groupIds: [] }, { ...to, address: receiver.privateIpAddress });
}

/** Whether an interface is attached to something that runs, in a zone that is not lost. */
function answers(world: World, { networkInterfaceId, zone, attachment }: NetworkInterfaceRow): boolean {
  const instanceId = attachment?.instanceId ?? '';
  return isServed(world, networkInterfaceId) && impairedSince(world, { instanceId, zone }) === undefined;
}

/** The other end of a connection: an address, and the groups of the interface that sends or receives for it. */
interface Peer {
  readonly address: string;
  readonly groupIds: readonly string[];
}

function arrive(world: World, receiver: NetworkInterfaceRow, peer: Peer, to: Destination): Reach {
  const id = receiver.networkInterfaceId;
  if (!answers(world, receiver)) return blocked(`${id} is not attached to anything running`);
  if (to.address !== receiver.privateIpAddress && receiver.sourceDestCheck) {
    return blocked(`${id} drops what is for ${to.address}: its source/destination check is on`);
  }
  if (ruleFor(world, receiver, 'ingress', peer, to)) return reached;
  return blocked(`no ingress rule of ${id} allows ${shown(to)} from ${peer.address}`);
}

/** Groups are stateful: a rule in the direction of the connection suffices. An interface without groups filters nothing. */
function ruleFor(
  world: World,
  row: NetworkInterfaceRow,
  direction: 'ingress' | 'egress',
  peer: Peer,
  to: Destination,
): boolean {
  if (row.groupIds.length === 0) return true;
  return row.groupIds.some((id) =>
    securityGroups(world)
      .get(id)
      ?.rules.some((rule) => rule.isEgress === (direction === 'egress') && covers(rule, peer, to)),
  );
}

function covers(rule: SecurityGroupRule, peer: Peer, { protocol, port }: Destination): boolean {
  if (rule.protocol !== '-1' && rule.protocol !== protocol) return false;
  const hasPorts = rule.fromPort !== -1 && port !== undefined;
  if (hasPorts && (port < rule.fromPort || port > rule.toPort)) return false;
  if (rule.referencedGroupId !== undefined) return peer.groupIds.includes(rule.referencedGroupId);
  return rule.cidrIpv4 !== undefined && isWithin(rule.cidrIpv4, peer.address);
}

function shown({ address, protocol, port }: Destination): string {
  return port === undefined ? `${protocol} to ${address}` : `${protocol} ${port} to ${address}`;
}
