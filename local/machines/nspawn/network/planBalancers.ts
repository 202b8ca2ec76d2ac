import { impairedSince } from '../../../cloud/ec2/capacityFaults.ts';
import { interfacesOfInstance, networkInterfaces } from '../../../cloud/ec2/networkInterfaces.ts';
import { holderOf } from '../../../cloud/ec2/privateAddresses.ts';
import { canReach } from '../../../cloud/ec2/reachability.ts';
import { routeTableOfSubnet } from '../../../cloud/ec2/routeTables.ts';
import { listenersOf } from '../../../cloud/elasticLoadBalancing/listeners.ts';
import {
  isActive,
  type LoadBalancerNode,
  type LoadBalancerRow,
  loadBalancers,
} from '../../../cloud/elasticLoadBalancing/loadBalancers.ts';
import { connectionAttributes } from '../../../cloud/elasticLoadBalancing/targetGroupAttributes.ts';
import { type TargetGroupRow, targetGroups } from '../../../cloud/elasticLoadBalancing/targetGroups.ts';
import { addressOf } from '../../../cloud/elasticLoadBalancing/targetHealth.ts';
import { type TargetRow, targets } from '../../../cloud/elasticLoadBalancing/targets.ts';
import type { World } from '../../../cloud/world.ts';
import type {
  BalancerConfiguration,
  BalancerNode,
  Target,
  TargetGroupConfiguration,
  TargetHealthCheck,
} from '../gateway/gatewayConfiguration.ts';
import type { PlannedInterface, PlannedNode, PublicEntrance } from './networkPlan.ts';

interface PlannedBalancers {
  readonly balancers: readonly BalancerConfiguration[];
  readonly nodes: readonly PlannedNode[];
  readonly names: Readonly<Record<string, readonly string[]>>;
}

/** The active network load balancers of a VPC, their nodes' interfaces and their names. */
export function plannedBalancers(
  world: World,
  vpcId: string,
  interfaces: readonly PlannedInterface[],
): PlannedBalancers {
  const rows = [...loadBalancers(world).rows()].filter(
    (row) => row.vpcId === vpcId && row.type === 'network' && !row.deleting && isActive(world, row),
  );
  return {
    balancers: rows.map((row) => plannedBalancer(world, row)),
    nodes: rows.flatMap((row) => row.nodes.flatMap((node) => plannedNode(world, { row, node, interfaces }) ?? [])),
    names: Object.fromEntries(rows.map((row) => [row.dnsName.toLowerCase(), addressesOfName(world, row)])),
  };
}

function plannedBalancer(world: World, row: LoadBalancerRow): BalancerConfiguration {
  return {
    arn: row.arn,
    nodes: row.nodes.flatMap((node) => balancerNode(world, row, node) ?? []),
    listeners: listenersOf(world, row.arn).flatMap(({ protocol, port, targetGroupArn }) => {
      const group = targetGroups(world).get(targetGroupArn);
      return protocol === 'TCP' && group ? [{ port, group: plannedTargetGroup(world, row, group) }] : [];
    }),
  };
}

function balancerNode(world: World, row: LoadBalancerRow, node: LoadBalancerNode): BalancerNode | undefined {
  const own = networkInterfaces(world).get(node.networkInterfaceId);
  if (!own) return undefined;
  const publicAddress = row.scheme === 'internet-facing' ? own.publicAddress?.publicIp : undefined;
  return { address: own.privateIpAddress, zone: node.zone, ...(publicAddress !== undefined && { publicAddress }) };
}

interface NodeOfBalancer {
  readonly row: LoadBalancerRow;
  readonly node: LoadBalancerNode;
  readonly interfaces: readonly PlannedInterface[];
}

function plannedNode(world: World, { row, node, interfaces }: NodeOfBalancer): PlannedNode | undefined {
  const own = networkInterfaces(world).get(node.networkInterfaceId);
  const found = balancerNode(world, row, node);
  if (!own || !found) return undefined;
  const { publicAddress } = found;
  return {
    address: found.address,
    routeTableId: routeTableOfSubnet(world, node.subnetId).routeTableId,
    groupIds: [...own.groupIds].sort(),
    dark: isDark(world, node.zone),
    ...(publicAddress !== undefined && { publicEntrance: publicEntrance(world, { row, publicAddress, interfaces }) }),
  };
}

/** Machines reach a public address by their way out, so groups see the address that they have there: the model knows it. */
function publicEntrance(
  world: World,
  {
    row,
    publicAddress,
    interfaces,
  }: {
    readonly row: LoadBalancerRow;
    readonly publicAddress: string;
    readonly interfaces: readonly PlannedInterface[];
  },
): PublicEntrance {
  const ports = listenersOf(world, row.arn).map(({ port }) => ({
    port,
    deviceNames: interfaces
      .filter(
        ({ networkInterfaceId: from }) =>
          canReach(world, { from, to: { address: publicAddress, protocol: 'tcp', port } }).reachable,
      )
      .map(({ deviceName }) => deviceName),
  }));
  return { address: publicAddress, ports };
}

const isDark = (world: World, zone: string): boolean => impairedSince(world, { instanceId: '', zone }) !== undefined;

/** Route 53 stops answering with nodes that do not work, unless none does (source: NLB user guide, "DNS name"). */
function addressesOfName(world: World, row: LoadBalancerRow): readonly string[] {
  const nodes = row.nodes.flatMap((node) => balancerNode(world, row, node) ?? []);
  const lit = nodes.filter(({ zone }) => !isDark(world, zone));
  return (lit.length > 0 ? lit : nodes).map(({ address, publicAddress }) => publicAddress ?? address);
}

function plannedTargetGroup(world: World, balancer: LoadBalancerRow, group: TargetGroupRow): TargetGroupConfiguration {
  const own = group.attributes[crossZone];
  const decided = own === 'true' || own === 'false' ? own : balancer.attributes[crossZone];
  const registered = (targets(world).get(group.arn) ?? []).filter(({ drainedAt }) => drainedAt === undefined);
  return {
    arn: group.arn,
    crossZone: decided === 'true',
    healthCheck: plannedHealthCheck(group),
    connections: connectionAttributes(group.attributes),
    targets: registered.flatMap((target) => plannedTarget(world, group, target) ?? []),
  };
}

const crossZone = 'load_balancing.cross_zone.enabled';

function plannedHealthCheck({ healthCheck: { port, ...settings } }: TargetGroupRow): TargetHealthCheck {
  return port === 'traffic-port' ? settings : { ...settings, port: Number(port) };
}

function plannedTarget(world: World, group: TargetGroupRow, row: TargetRow): Target | undefined {
  const address = addressOf(world, group, row);
  if (address === undefined) return undefined;
  const zone = row.zone ?? zoneOf(world, group, row);
  return { address, port: row.port, ...(zone !== undefined && zone !== 'all' && { zone }) };
}

function zoneOf(world: World, group: TargetGroupRow, { id }: TargetRow): string | undefined {
  if (group.targetType === 'instance') return interfacesOfInstance(world, id)[0]?.zone;
  return networkInterfaces(world).get(holderOf(world, group.vpcId, id) ?? '')?.zone;
}
