import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  paginateDescribeNetworkInterfaces,
  type RouteTable,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { ec2 } from '../clients/ec2.ts';
import type { ExistingVpc, WayOut } from '../facts/facts.ts';
import { keyIn } from './tags.ts';

/** The VPC and subnets that a spec names, and the cluster that is to live there. */
export interface NamedVpc {
  readonly id: string;
  readonly subnets: { readonly public: readonly string[]; readonly private: readonly string[] };
  readonly region: string;
  readonly clusterId: string;
}

/**
 * Looks up a VPC that the operator brings: its ranges, what resolves names in it, where each subnet's default route leads and
 * which addresses are free. Undefined where there is no such VPC; subnets that are not in it are left out. The checks judge.
 */
export async function findExistingVpc(named: NamedVpc): Promise<ExistingVpc | undefined> {
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [named.id] })).catch(nothingWhereUnknown);
  const [vpc] = Vpcs;
  if (!vpc) return undefined;
  const ofVpc = { Name: 'vpc-id', Values: [named.id] };
  const subnetIds = { Name: 'subnet-id', Values: [...named.subnets.public, ...named.subnets.private] };
  const [{ Subnets = [] }, { RouteTables = [] }, dns, inUse, hasPrivateNodeApiEndpoint] = await Promise.all([
    ec2.send(new DescribeSubnetsCommand({ Filters: [ofVpc, subnetIds] })),
    ec2.send(new DescribeRouteTablesCommand({ Filters: [ofVpc] })),
    dnsOf(named.id),
    addressesInUse(named),
    hasPrivateEndpoint(named),
  ]);
  return {
    vpcId: named.id,
    cidrs: rangesOf(vpc),
    ...dns,
    hasPrivateNodeApiEndpoint,
    subnets: Subnets.map((subnet) => ({
      subnetId: subnet.SubnetId ?? '',
      zone: subnet.AvailabilityZone ?? '',
      cidr: subnet.CidrBlock ?? '',
      wayOut: wayOutOf(routeTableOf(RouteTables, subnet.SubnetId ?? '')),
      givesPublicAddresses: subnet.MapPublicIpOnLaunch ?? false,
      addressesInUse: inUse.get(subnet.SubnetId ?? '') ?? [],
    })),
  };
}

/** Every range whose addresses are the VPC's, the first one first. One that is being taken away no longer counts. */
function rangesOf({ CidrBlock, CidrBlockAssociationSet = [] }: Vpc): string[] {
  const associated = CidrBlockAssociationSet.filter(({ CidrBlockState }) =>
    ['associated', 'associating'].includes(CidrBlockState?.State ?? ''),
  );
  return [...new Set([CidrBlock, ...associated.map((one) => one.CidrBlock)])].flatMap((cidr) => cidr ?? []);
}

async function dnsOf(VpcId: string): Promise<{ resolvesNames: boolean; givesHostnames: boolean }> {
  const [{ EnableDnsSupport }, { EnableDnsHostnames }] = await Promise.all([
    ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsSupport' })),
    ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' })),
  ]);
  return { resolvesNames: EnableDnsSupport?.Value ?? false, givesHostnames: EnableDnsHostnames?.Value ?? false };
}

/** By subnet. The cluster's own slots are left out: their addresses are promised to them. */
async function addressesInUse({ subnets, clusterId }: NamedVpc): Promise<Map<string, string[]>> {
  const inUse = new Map<string, string[]>();
  const Filters = [{ Name: 'subnet-id', Values: [...subnets.private, ...subnets.public] }];
  const pages = paginateDescribeNetworkInterfaces({ client: ec2, pageSize: 1000 }, { Filters });
  for await (const { NetworkInterfaces = [] } of pages) {
    for (const { SubnetId = '', TagSet, PrivateIpAddresses = [] } of NetworkInterfaces) {
      if (keyIn(TagSet, clusterId, 'network-interface') !== undefined) continue;
      const addresses = PrivateIpAddresses.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []);
      inUse.set(SubnetId, [...(inUse.get(SubnetId) ?? []), ...addresses]);
    }
  }
  // The same addresses give the same plan, in whatever order EC2 lists them.
  for (const addresses of inUse.values()) addresses.sort();
  return inUse;
}

/** Whether the names of all HTTP APIs resolve to an endpoint in this VPC, which knows only private ones. */
async function hasPrivateEndpoint({ id, region }: NamedVpc): Promise<boolean> {
  const Filters = [
    { Name: 'vpc-id', Values: [id] },
    { Name: 'service-name', Values: [`com.amazonaws.${region}.execute-api`] },
  ];
  const { VpcEndpoints = [] } = await ec2.send(new DescribeVpcEndpointsCommand({ Filters }));
  return VpcEndpoints.some(({ PrivateDnsEnabled, State }) => PrivateDnsEnabled && State?.toLowerCase() !== 'deleted');
}

function routeTableOf(tables: readonly RouteTable[], subnetId: string): RouteTable | undefined {
  const own = tables.find(({ Associations = [] }) =>
    Associations.some((association) => association.SubnetId === subnetId),
  );
  return own ?? tables.find(({ Associations = [] }) => Associations.some((association) => association.Main));
}

/** Where the default route leads; one to what is gone (a blackhole) leads nowhere. */
function wayOutOf(table: RouteTable | undefined): WayOut {
  const route = table?.Routes?.find(
    ({ DestinationCidrBlock, State }) => DestinationCidrBlock === '0.0.0.0/0' && State === 'active',
  );
  if (route === undefined) return 'none';
  return route.GatewayId?.startsWith('igw-') ? 'internet-gateway' : 'translated';
}

function nothingWhereUnknown(error: Error): { Vpcs: never[] } {
  if (!error.name.endsWith('.NotFound')) throw error;
  return { Vpcs: [] };
}
