import { newId, tableOf, type World } from '../world.ts';
import { ec2Arn } from './access.ts';
import { notFound } from './resourceTypes.ts';
import { subnetAssociations } from './routeTableAssociations.ts';
import type { RouteRow } from './routeTargets.ts';
import { subnetOf } from './subnets.ts';
import { dropTags, putTags } from './tags.ts';
import { type Visible, visibleSoon } from './visibility.ts';
import { vpcOf } from './vpcs.ts';

export interface RouteTableRow extends Visible {
  readonly routeTableId: string;
  readonly vpcId: string;
  /** The association that makes this table the VPC's main one; it may move to another table. */
  readonly mainAssociationId?: string;
  /** Besides the routes that stay inside the VPC, which every table has. */
  readonly routes: readonly RouteRow[];
}

export const routeTables = tableOf<RouteTableRow>('ec2.routeTables');

/** The table of this id, or what EC2 answers without one. */
export function routeTableOf(world: World, routeTableId: string): RouteTableRow {
  const found = routeTables(world).get(routeTableId);
  if (!found) throw notFound('route-table', routeTableId);
  return found;
}

export function routeTablesOfVpc(world: World, vpcId: string): RouteTableRow[] {
  return [...routeTables(world).rows()].filter((table) => table.vpcId === vpcId);
}

/** The table that a subnet's traffic obeys: its own, or the VPC's main one. */
export function routeTableOfSubnet(world: World, subnetId: string): RouteTableRow {
  const own = subnetAssociations(world).get(subnetId)?.routeTableId;
  return routeTableOf(world, own ?? vpcOf(world, subnetOf(world, subnetId).vpcId).mainRouteTableId);
}

export function addRouteTable(
  world: World,
  { vpcId, isMain, tags = {} }: { vpcId: string; isMain: boolean; tags?: Readonly<Record<string, string>> },
): RouteTableRow {
  const row: RouteTableRow = {
    routeTableId: newId(world, 'rtb'),
    vpcId,
    routes: [],
    ...(isMain ? { mainAssociationId: newId(world, 'rtbassoc') } : {}),
    ...visibleSoon(world),
  };
  routeTables(world).put(row.routeTableId, row);
  putTags(world, 'route-table', row.routeTableId, tags);
  return row;
}

export function removeRouteTable(world: World, routeTableId: string): void {
  routeTables(world).delete(routeTableId);
  dropTags(world, routeTableId);
}

/** The condition key by which policies bind a table to its VPC. */
export function vpcKey(world: World, routeTableId: string): Record<string, string> {
  return { 'ec2:Vpc': ec2Arn(world, 'vpc', routeTableOf(world, routeTableId).vpcId) };
}
