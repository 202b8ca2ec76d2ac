import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import type { ExistingVpc } from '../blueprint/plan.ts';
import { InvalidRequest } from '../step/errors.ts';
import { ec2 } from './clients/ec2.ts';

/** Looks up a VPC that the operator brings, and which of its named subnets reach the internet directly. */
export async function findExistingVpc(named: {
  readonly id: string;
  readonly subnets: { readonly public: readonly string[]; readonly private: readonly string[] };
}): Promise<ExistingVpc> {
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
  return {
    vpcId: named.id,
    cidr,
    subnets: Subnets.map((subnet) => ({
      subnetId: subnet.SubnetId ?? '',
      zone: subnet.AvailabilityZone ?? '',
      cidr: subnet.CidrBlock ?? '',
      access: named.subnets.public.includes(subnet.SubnetId ?? '') ? 'public' : 'private',
    })),
  };
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
