import * as z from 'zod';
import { NotFound } from '../step/errors.ts';
import { type ClusterRecord, readCluster } from '../store/clusters.ts';

const event = z.object({ pathParameters: z.object({ name: z.string() }) });

/** The cluster that a request's path names. */
export async function clusterOfPath(request: unknown): Promise<ClusterRecord> {
  const { name } = event.parse(request).pathParameters;
  const cluster = await readCluster(name);
  if (!cluster) throw new NotFound(`There is no cluster ${name} in this deployment.`);
  return cluster;
}

/** The cluster name in a request's path, for what outlives the cluster. */
export const nameOfPath = (request: unknown): string => event.parse(request).pathParameters.name;
