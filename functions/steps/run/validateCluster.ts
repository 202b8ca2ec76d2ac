import * as z from 'zod';
import type { Blueprint } from '../../../shared/blueprint/blueprint.ts';
import { askMaster } from '../../../shared/reports/askMaster.ts';
import type { RunContext } from '../../../shared/runContext.ts';
import { step } from '../../../shared/step/step.ts';
import { listShortfalls } from '../../../shared/store/reports.ts';

/** Asks the machines themselves whether the cluster is ready: members, API through the balancer, nodes and versions, DNS. */
export const handler = step(
  z.object({ taskToken: z.string(), workers: z.number().int().optional() }),
  async ({ run, plan, attempt, input: { taskToken, workers } }) => {
    await askMaster({ run, plan, attempt, taskToken, state: 'ValidateCluster' }, 'validate', {
      nodes: String(await nodesOf(run, plan.blueprint, workers)),
      version: plan.blueprint.kubernetes.version,
    });
  },
);

/**
 * Masters are nodes too. How many workers there are, a change has asked Auto Scaling. At a creation groups may be anywhere between their bounds, so the requested number is the minimum, except for the machines
 * that this run has continued without.
 */
async function nodesOf(
  { clusterId, runId }: RunContext,
  { slots, nodeGroups }: Blueprint,
  workers: number | undefined,
): Promise<number> {
  const masters = slots.filter(({ runs }) => runs.controlPlane).length;
  if (workers !== undefined) return masters + workers;
  const asked = nodeGroups.reduce((sum, { size }) => sum + size.desired, masters);
  const missing = (await listShortfalls(clusterId, runId)).reduce((sum, shortfall) => sum + shortfall.missing, 0);
  return asked - missing;
}
