import {
  AssociateRouteTableCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  paginateDescribeRouteTables,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, RouteTableBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { type Earlier, ensureByToken } from './adoption.ts';
import { withToken } from './clientToken.ts';
import { errorName, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundRouteTable {
  readonly id: string;
  readonly key: string;
  readonly vpcId: string | undefined;
  readonly associations: readonly { readonly id: string; readonly subnetId: string }[];
  /** Where it leads besides the VPC's own ranges. */
  readonly routes: readonly string[];
  readonly defaultRoute: { readonly target: string | undefined; readonly state: string | undefined } | undefined;
}

const everywhere = '0.0.0.0/0';

/** The cluster's route tables with their associations. */
export async function findRouteTables(clusterId: string): Promise<FoundRouteTable[]> {
  const found: FoundRouteTable[] = [];
  for await (const page of paginateDescribeRouteTables({ client: ec2 }, { Filters: taggedFor(clusterId) })) {
    for (const { RouteTableId, VpcId, Associations, Routes, Tags } of page.RouteTables ?? []) {
      const key = keyIn(Tags, clusterId, 'route-table');
      if (key === undefined) continue;
      const route = Routes?.find(({ DestinationCidrBlock }) => DestinationCidrBlock === everywhere);
      found.push({
        id: idOf(RouteTableId),
        key,
        vpcId: VpcId,
        associations: (Associations ?? []).flatMap(({ RouteTableAssociationId, SubnetId }) =>
          SubnetId === undefined ? [] : [{ id: idOf(RouteTableAssociationId), subnetId: SubnetId }],
        ),
        routes: (Routes ?? []).flatMap(({ GatewayId, DestinationCidrBlock, DestinationPrefixListId }) =>
          GatewayId === 'local' ? [] : (DestinationCidrBlock ?? DestinationPrefixListId ?? 'other'),
        ),
        defaultRoute: route && { target: route.NatGatewayId ?? route.GatewayId, state: route.State },
      });
    }
  }
  return found;
}

/** Ensures the table, and returns its id; one that a lost answer left has no subnets and leads nowhere yet. */
export function ensureRouteTable(
  cluster: ClusterIdentity,
  vpcId: string,
  table: RouteTableBlueprint,
  earlier: Earlier,
): Promise<string> {
  const resource = `route-table/${table.key}` as const;
  return ensureByToken(resource, earlier, {
    make: async () => {
      const request = { VpcId: vpcId, TagSpecifications: taggedAs('route-table', cluster, resource) };
      const { RouteTable } = await settled(ec2.send(new CreateRouteTableCommand(withToken(request))));
      return idOf(RouteTable?.RouteTableId);
    },
    find: async () =>
      (await findRouteTables(cluster.id)).filter((found) => found.key === table.key && found.vpcId === vpcId),
    shapeOf: (found) => ({
      subnets: [found.associations.map(({ subnetId }) => subnetId), []],
      routes: [found.routes, []],
    }),
  });
}

/** Ensures that the subnets have the table. */
export async function associateSubnets(routeTableId: string, subnetIds: readonly string[]): Promise<void> {
  const associated = await associatedSubnets(routeTableId);
  for (const subnetId of subnetIds) if (!associated.has(subnetId)) await associate(routeTableId, subnetId);
}

/** The subnets that EC2 shows with the table already; it may show them late. */
async function associatedSubnets(routeTableId: string): Promise<ReadonlySet<string | undefined>> {
  const Filters = [{ Name: 'route-table-id', Values: [routeTableId] }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  return new Set(RouteTables.flatMap(({ Associations = [] }) => Associations.map(({ SubnetId }) => SubnetId)));
}

/** Associating a subnet with the table that it already has answers with that association. */
async function associate(routeTableId: string, subnetId: string): Promise<void> {
  await settled(ec2.send(new AssociateRouteTableCommand({ RouteTableId: routeTableId, SubnetId: subnetId })));
}

/** Ensures the table's way out of the VPC, replacing a route that leads elsewhere. */
export async function ensureDefaultRoute(
  routeTableId: string,
  target: { readonly GatewayId: string } | { readonly NatGatewayId: string },
): Promise<void> {
  const route = { RouteTableId: routeTableId, DestinationCidrBlock: everywhere, ...target };
  try {
    await settled(ec2.send(new CreateRouteCommand(route)));
  } catch (error) {
    if (errorName(error) !== 'RouteAlreadyExists') throw error;
    await ec2.send(new ReplaceRouteCommand(route));
  }
}

/** Deletes the table and its associations. */
export async function removeRouteTable(table: FoundRouteTable): Promise<void> {
  for (const { id } of table.associations) {
    await removed(id, ec2.send(new DisassociateRouteTableCommand({ AssociationId: id })));
  }
  await removed(table.id, ec2.send(new DeleteRouteTableCommand({ RouteTableId: table.id })));
}
