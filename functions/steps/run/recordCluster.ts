import * as z from 'zod';
import { step } from '../../../shared/step/step.ts';
import { readCluster, writeCluster } from '../../../shared/store/clusters.ts';

/** Records that the cluster stands, by which plan, and where its API answers. */
export const handler = step(z.object({ endpoint: z.string() }), async ({ run, plan, input }) => {
  const cluster = await readCluster(run.clusterName);
  if (!cluster) throw new Error(`Cluster ${run.clusterName} has no record although its run goes on`);
  const endpoint = `https://${input.endpoint}:${plan.blueprint.loadBalancer.listenerPort}`;
  const { targetPlanHash: _reached, ...record } = cluster;
  await writeCluster({ ...record, planHash: run.planHash, status: 'active', endpoint });
  return { clusterId: cluster.clusterId };
});
