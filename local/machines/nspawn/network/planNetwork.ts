import { impairedSince } from '../../../cloud/ec2/capacityFaults.ts';
import { parseCidr, showAddress } from '../../../cloud/ec2/cidr.ts';
import { instanceState, instances } from '../../../cloud/ec2/instances.ts';
import { type NetworkInterfaceRow, networkInterfaces } from '../../../cloud/ec2/networkInterfaces.ts';
import { ipName } from '../../../cloud/ec2/privateDnsNames.ts';
import { canReach } from '../../../cloud/ec2/reachability.ts';
import { routeTableOfSubnet, routeTablesOfVpc } from '../../../cloud/ec2/routeTables.ts';
import { isServed } from '../../../cloud/ec2/routeTargets.ts';
import { subnetOf, subnetsOfVpc } from '../../../cloud/ec2/subnets.ts';
import { vpcOf } from '../../../cloud/ec2/vpcs.ts';
import { nowOf, type World } from '../../../cloud/world.ts';
import { awsAddress, linkLocalDnsAddress } from '../gateway/gatewayConfiguration.ts';
import { deviceNameOf, machineNamespace, routerNamespace } from './networkNames.ts';
import type { NetworkPlan, PlannedInterface, PlannedRoute, PlannedRouteTable, PlannedSubnet } from './networkPlan.ts';
import { plannedBalancers } from './planBalancers.ts';
import { plannedGroups } from './planGroups.ts';

/** How the namespaces of a VPC must be now, after the model's tables. */
export function planNetwork(world: World, vpcId: string, worldId: string): NetworkPlan {
  const { cidrBlocks } = vpcOf(world, vpcId);
  const blocks = cidrBlocks.map(({ cidrBlock }) => cidrBlock);
  const interfaces = [...networkInterfaces(world).rows()].flatMap((row) =>
    row.vpcId === vpcId && isPlugged(world, row) ? [plannedInterface(world, row, worldId)] : [],
  );
  const { balancers, nodes, names } = plannedBalancers(world, vpcId, interfaces);
  return {
    vpcId,
    namespace: routerNamespace(worldId, vpcId),
    cidrBlocks: blocks,
    dnsAddresses: [...blocks.slice(0, 1).map((block) => addressIn(block, 2)), linkLocalDnsAddress],
    subnets: subnetsOfVpc(world, vpcId).map(plannedSubnet),
    interfaces,
    nodes,
    groups: plannedGroups(world, { vpcId, interfaces, nodes }),
    routeTables: plannedRouteTables(world, vpcId, interfaces),
    balancers,
    names: { ...namesOf(world, interfaces), ...names },
  };
}

/** Whether an instance has the interface in it: at launch all of them, later once an attachment is done. */
function isPlugged(world: World, { attachment }: NetworkInterfaceRow): boolean {
  const instance = instances(world).get(attachment?.instanceId ?? '');
  if (!attachment || !instance) return false;
  const state = instanceState(world, instance);
  if (state === 'terminated') return false;
  return attachment.attachedAt <= nowOf(world) || state === 'pending';
}

function plannedInterface(world: World, row: NetworkInterfaceRow, worldId: string): PlannedInterface {
  const { networkInterfaceId, attachment, subnetId, zone } = row;
  const instanceId = attachment?.instanceId ?? '';
  const { cidrBlock } = subnetOf(world, subnetId);
  return {
    networkInterfaceId,
    deviceName: deviceNameOf(networkInterfaceId),
    instanceId,
    namespace: machineNamespace(worldId, instanceId),
    deviceIndex: attachment?.deviceIndex ?? 0,
    macAddress: row.macAddress,
    address: row.privateIpAddress,
    prefixLength: Number(cidrBlock.split('/')[1]),
    routerAddress: addressIn(cidrBlock, 1),
    routeTableId: routeTableOfSubnet(world, subnetId).routeTableId,
    groupIds: [...row.groupIds].sort(),
    sourceDestCheck: row.sourceDestCheck,
    dark: impairedSince(world, { instanceId: '', zone }) !== undefined,
    reachesOutside: canReach(world, {
      from: networkInterfaceId,
      to: { address: awsAddress, protocol: 'tcp', port: 443 },
    }).reachable,
    metadataHopLimit: instances(world).get(instanceId)?.metadata.HttpPutResponseHopLimit ?? 1,
  };
}

function plannedSubnet({
  subnetId,
  zone,
  cidrBlock,
}: {
  readonly subnetId: string;
  readonly zone: { readonly name: string };
  readonly cidrBlock: string;
}): PlannedSubnet {
  return { subnetId, zone: zone.name, cidrBlock, routerAddress: addressIn(cidrBlock, 1) };
}

/** The address that lies this far into a block: the router's is 1, the resolver's 2 (source: VPC user guide, "Subnet CIDR blocks"). */
function addressIn(cidrBlock: string, offset: number): string {
  const block = parseCidr(cidrBlock);
  if (!block) throw new Error(`${cidrBlock} is no block of addresses`);
  return showAddress(block.first + offset);
}

function plannedRouteTables(
  world: World,
  vpcId: string,
  interfaces: readonly PlannedInterface[],
): readonly PlannedRouteTable[] {
  const byId = new Map(interfaces.map((each) => [each.networkInterfaceId, each]));
  return routeTablesOfVpc(world, vpcId).map(({ routeTableId, routes }) => ({
    routeTableId,
    number: tableNumber(routeTableId),
    routes: routes.flatMap(({ destination, target }): PlannedRoute[] => {
      if (target.kind !== 'networkInterface') return [];
      const receiver = byId.get(target.id);
      const isUsable = receiver !== undefined && !receiver.dark && isServed(world, target.id);
      if (!isUsable) return [{ destination }];
      return [{ destination, via: { address: receiver.address, deviceName: receiver.deviceName } }];
    }),
  }));
}

/** Numbers below 256 include Linux's own tables; 28 bits of the id make a stable one above them. */
const tableNumber = (routeTableId: string): number => 256 + Number.parseInt(routeTableId.slice(-7), 16);

/** Instances' own names; they resolve as long as the VPC gives names. */
function namesOf(world: World, interfaces: readonly PlannedInterface[]): Record<string, readonly string[]> {
  return Object.fromEntries(interfaces.map(({ address }) => [ipName(world, address), [address]]));
}
