import { InvalidRequest, NotFound } from '../errors.ts';
import { type ClusterRecord, readCluster } from '../store/clusters.ts';
import { clusterNameIn, httpEventOf, queryOf } from './httpEvent.ts';
import type { RouteName } from './routes.ts';

/** The cluster that a request's path names. */
export async function clusterOfPath(event: unknown, route: RouteName): Promise<ClusterRecord> {
  const name = nameOfPath(event, route);
  const cluster = await readCluster(name);
  if (!cluster) throw new NotFound(`There is no cluster ${name} in this deployment.`);
  return cluster;
}

/** The cluster name in a request's path, for what outlives the cluster. */
export function nameOfPath(event: unknown, route: RouteName): string {
  const http = httpEventOf(event);
  if (!http) throw new InvalidRequest('This is asked for over the HTTP API only.');
  queryOf(http, route);
  return clusterNameIn(http);
}
