import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  paginateDescribeNetworkInterfaces,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { ExistingVpc } from '../blueprint/plan.ts';
import { InvalidRequest } from '../step/errors.ts';
import { ec2 } from './clients/ec2.ts';
import { keyIn } from './tags.ts';

/** The VPC and subnets that a spec names, and the cluster that is to live there. */
export interface NamedVpc {
  readonly id: string;
  readonly subnets: { readonly public: readonly string[]; readonly private: readonly string[] };
  readonly region: string;
  readonly clusterId: string;
}

/** Looks up a VPC that the operator brings: whether machines in its subnets reach the Node API, and which addresses are free. */
export async function findExistingVpc(named: NamedVpc): Promise<ExistingVpc> {
  const { Vpcs = [] } = await ec2
    .send(new DescribeVpcsCommand({ VpcIds: [named.id] }))
    .catch(notFound(`VPC ${named.id}`));
  const cidr = Vpcs[0]?.CidrBlock;
  if (!cidr) throw new InvalidRequest(`spec.network.vpc.id: ${named.id} has no IPv4 range.`);

  const ids = [...named.subnets.public, ...named.subnets.private];
  const { Subnets = [] } = await ec2
    .send(new DescribeSubnetsCommand({ SubnetIds: ids }))
    .catch(notFound('One of the subnets'));
  const foreign = Subnets.filter(({ VpcId }) => VpcId !== named.id).map(({ SubnetId }) => SubnetId);
  if (foreign.length > 0)
    throw new InvalidRequest(`spec.network.vpc.subnets: ${foreign.join(', ')} are not in ${named.id}.`);

  const { RouteTables = [] } = await ec2.send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [named.id] }] }),
  );
  const withoutWay = named.subnets.private.filter((id) => !hasDefaultRoute(routeTableOf(RouteTables, id)));
  if (withoutWay.length > 0) {
    throw new InvalidRequest(
      `spec.network.vpc.subnets.private: ${withoutWay.join(', ')} have no default route, so machines there cannot reach the Node API. ` +
        'Route 0.0.0.0/0 to a NAT gateway or a transit gateway.',
    );
  }
  const [inUse, hasPrivateNodeApiEndpoint] = await Promise.all([addressesInUse(named), hasPrivateEndpoint(named)]);
  return {
    vpcId: named.id,
    cidr,
    hasPrivateNodeApiEndpoint,
    subnets: Subnets.map((subnet) => ({
      subnetId: subnet.SubnetId ?? '',
      zone: subnet.AvailabilityZone ?? '',
      cidr: subnet.CidrBlock ?? '',
      access: named.subnets.public.includes(subnet.SubnetId ?? '') ? 'public' : 'private',
      addressesInUse: inUse.get(subnet.SubnetId ?? '') ?? [],
    })),
  };
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
  // The same addresses give the same plan, in whatever order EC2 tells them.
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

function hasDefaultRoute(table: RouteTable | undefined): boolean {
  return (table?.Routes ?? []).some((route) => route.DestinationCidrBlock === '0.0.0.0/0' && route.State === 'active');
}

function notFound(what: string) {
  return (error: Error): never => {
    if (!error.name.endsWith('.NotFound')) throw error;
    throw new InvalidRequest(`spec.network.vpc: ${what} does not exist in this region (${error.message}).`);
  };
}
