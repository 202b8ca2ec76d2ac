import type { World } from '../world.ts';
import { routeTableOf, routeTables } from './routeTables.ts';
import { prefixListOf } from './vpcEndpoints.ts';

/** Leads a service's prefix list from a route table to its gateway endpoint. */
export function addEndpointRoute(world: World, routeTableId: string, serviceName: string, vpcEndpointId: string): void {
  const table = routeTableOf(world, routeTableId);
  const destination = prefixListOf(world, serviceName) ?? '';
  const route = { destination, target: { kind: 'vpcEndpoint', id: vpcEndpointId } } as const;
  routeTables(world).put(routeTableId, { ...table, routes: [...table.routes, route] });
}

/** Takes the routes of an endpoint out of a table, if the table still exists. */
export function removeEndpointRoute(world: World, routeTableId: string, vpcEndpointId: string): void {
  const table = routeTables(world).get(routeTableId);
  if (!table) return;
  const routes = table.routes.filter(({ target }) => target.id !== vpcEndpointId);
  routeTables(world).put(routeTableId, { ...table, routes });
}
