import * as z from 'zod';
import type { RunContext } from '../../../shared/runContext.ts';
import { step } from '../../../shared/step/step.ts';
import { readBundleRow } from '../../../shared/store/bundles.ts';
import { readCluster, writeCluster } from '../../../shared/store/clusters.ts';
import { readSlot, writeSlot } from '../../../shared/store/machines.ts';
import { together } from '../../../shared/together.ts';

/** Records that the cluster is ready, its plan, and the endpoint of its API where that is new. */
export const handler = step(z.object({ endpoint: z.string().optional() }), async ({ run, plan, input }) => {
  const cluster = await readCluster(run.clusterName);
  if (!cluster) throw new Error(`Cluster ${run.clusterName} has no record although its run continues`);
  const port = plan.blueprint.loadBalancer.listenerPort;
  const endpoint = input.endpoint === undefined ? {} : { endpoint: `https://${input.endpoint}:${port}` };
  // A creation launched its slots' machines by this plan; a change has brought them to it.
  const isChange = run.planHash !== cluster.planHash;
  if (isChange) await together(plan.blueprint.slots, ({ key }) => recordSlot(run, key));

  const { targetPlanHash: _reached, isPartlyChanged: _whole, ...record } = cluster;
  const { planHash } = run;
  await writeCluster({ ...record, ...endpoint, planHash, generation: plan.generation, status: 'active' });
  return { clusterId: cluster.clusterId };
});

/** The plan and the bundle that the slot's machine runs by now. */
async function recordSlot({ clusterId, planHash }: RunContext, key: string): Promise<void> {
  const bundle = (await readBundleRow(clusterId, key))?.sha256;
  await writeSlot(clusterId, { ...(await readSlot(clusterId, key)), planHash, ...(bundle && { bundle }) });
}
