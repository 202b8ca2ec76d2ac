import {
  CreateRouteCommand,
  DeleteRouteCommand,
  ModifyInstanceAttributeCommand,
  paginateDescribeRouteTables,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { ec2 } from '../clients/ec2.ts';
import { errorName, isNotFound } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedFor } from './tags.ts';

/** One of the cluster's route tables, with the routes that lead to interfaces. */
export interface PodRouteTable {
  readonly id: string;
  readonly key: string;
  /** Range → interface. */
  readonly interfaces: ReadonlyMap<string, string>;
}

/** The cluster's route tables. */
export async function findPodRouteTables(clusterId: string): Promise<PodRouteTable[]> {
  const found: PodRouteTable[] = [];
  const filters = { Filters: taggedFor(clusterId) };
  for await (const page of paginateDescribeRouteTables({ client: ec2 }, filters)) {
    for (const { RouteTableId, Routes, Tags } of page.RouteTables ?? []) {
      const key = keyIn(Tags, clusterId, 'route-table');
      if (key === undefined) continue;
      const routes = (Routes ?? []).flatMap(({ DestinationCidrBlock, NetworkInterfaceId }) =>
        DestinationCidrBlock && NetworkInterfaceId ? [[DestinationCidrBlock, NetworkInterfaceId] as const] : [],
      );
      found.push({ id: idOf(RouteTableId), key, interfaces: new Map(routes) });
    }
  }
  return found;
}

/** What leads to a node's pods. */
export interface PodRoute {
  readonly range: string;
  readonly networkInterfaceId: string;
}

/** What EC2 answers when a table holds as many routes as the account's quota allows. */
export const routeQuotaReached = 'RouteLimitExceeded';

/** Ensures the route in this table; one that leads to a machine that had the range before is replaced. */
export async function ensurePodRoute(table: PodRouteTable, { range, networkInterfaceId }: PodRoute): Promise<void> {
  if (table.interfaces.get(range) === networkInterfaceId) return;
  const route = { RouteTableId: table.id, DestinationCidrBlock: range, NetworkInterfaceId: networkInterfaceId };
  try {
    await ec2.send(new CreateRouteCommand(route));
  } catch (error) {
    if (errorName(error) !== 'RouteAlreadyExists') throw error;
    await ec2.send(new ReplaceRouteCommand(route));
  }
}

/** Removes the route from this table, if it still leads there. */
export async function removePodRoute(table: PodRouteTable, { range, networkInterfaceId }: PodRoute): Promise<void> {
  if (table.interfaces.get(range) !== networkInterfaceId) return;
  try {
    await ec2.send(new DeleteRouteCommand({ RouteTableId: table.id, DestinationCidrBlock: range }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Lets a machine of one interface send and receive packets with its pods' addresses. */
export async function allowPodAddresses(instanceId: string): Promise<void> {
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: instanceId, SourceDestCheck: { Value: false } }));
}
