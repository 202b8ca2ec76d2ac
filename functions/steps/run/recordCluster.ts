import * as z from 'zod';
import { step } from '../../../shared/step/step.ts';
import { readCluster, writeCluster } from '../../../shared/store/clusters.ts';

/** Records that the cluster is ready, its plan, and the endpoint of its API. */
export const handler = step(z.object({ endpoint: z.string() }), async ({ run, plan, input }) => {
  const cluster = await readCluster(run.clusterName);
  if (!cluster) throw new Error(`Cluster ${run.clusterName} has no record although its run continues`);
  const endpoint = `https://${input.endpoint}:${plan.blueprint.loadBalancer.listenerPort}`;
  const { targetPlanHash: _reached, ...record } = cluster;
  await writeCluster({ ...record, planHash: run.planHash, status: 'active', endpoint });
  return { clusterId: cluster.clusterId };
});
