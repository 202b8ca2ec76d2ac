import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { networkInterfaces } from '../ec2/networkInterfaces.ts';
import { nowOf, tableOf, type World } from '../world.ts';
import { elbError } from './errors.ts';

export interface LoadBalancerRow {
  readonly arn: string;
  readonly name: string;
  readonly type: 'network' | 'application';
  readonly scheme: 'internal' | 'internet-facing';
  readonly vpcId: string;
  readonly dnsName: string;
  readonly createdAt: number;
  /** Until then it is provisioning. */
  readonly activeAt: number;
  /** A network load balancer made without groups never gets any. */
  readonly groupIds: readonly string[];
  /** Its nodes, one in each subnet. */
  readonly nodes: readonly LoadBalancerNode[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Deleted by a caller, still shown for a while. */
  readonly deleting: boolean;
}

export interface LoadBalancerNode {
  readonly subnetId: string;
  readonly zone: string;
  readonly networkInterfaceId: string;
  readonly allocationId?: string;
}

export const loadBalancers = tableOf<LoadBalancerRow>('elasticLoadBalancing.loadBalancers');

/** The balancer of this ARN that is not being deleted, or LoadBalancerNotFound. */
export function loadBalancerOf(world: World, arn: string): LoadBalancerRow {
  const found = loadBalancers(world).get(arn);
  if (!found || found.deleting) throw loadBalancerNotFound(arn);
  return found;
}

export function loadBalancerNamed(world: World, name: string): LoadBalancerRow | undefined {
  for (const row of loadBalancers(world).rows()) if (row.name === name) return row;
  return undefined;
}

export function loadBalancerNotFound(nameOrArn: string): Error {
  return elbError('LoadBalancerNotFound', `Load balancers '[${nameOrArn}]' not found`);
}

export function isActive(world: World, { activeAt }: LoadBalancerRow): boolean {
  return activeAt <= nowOf(world);
}

/** Hosted zones of load balancers' names in us-east-1 (source: ELB endpoints and quotas). */
const hostedZones = { network: 'Z26RNL4JYFTOTI', application: 'Z35SXDOTRQ7X7K' };

/** A balancer as ELBv2 shows it. */
export function shownLoadBalancer(world: World, row: LoadBalancerRow): LoadBalancer {
  return {
    LoadBalancerArn: row.arn,
    LoadBalancerName: row.name,
    DNSName: row.dnsName,
    CanonicalHostedZoneId: hostedZones[row.type],
    CreatedTime: new Date(row.createdAt),
    Scheme: row.scheme,
    Type: row.type,
    VpcId: row.vpcId,
    IpAddressType: 'ipv4',
    State: { Code: isActive(world, row) ? 'active' : 'provisioning' },
    AvailabilityZones: row.nodes.map((node) => ({
      ZoneName: node.zone,
      SubnetId: node.subnetId,
      LoadBalancerAddresses: shownAddresses(world, node),
    })),
    ...(row.groupIds.length === 0 ? {} : { SecurityGroups: [...row.groupIds] }),
  };
}

function shownAddresses(world: World, { allocationId, networkInterfaceId }: LoadBalancerNode) {
  if (allocationId === undefined) return [];
  const publicIp = networkInterfaces(world).get(networkInterfaceId)?.publicAddress?.publicIp;
  return [{ AllocationId: allocationId, ...(publicIp === undefined ? {} : { IpAddress: publicIp }) }];
}
