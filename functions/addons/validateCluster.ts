import * as z from 'zod';
import { masterToAsk } from '../../shared/addons/master.ts';
import { operationIdOf, sendVerb } from '../../shared/aws/commands.ts';
import type { Blueprint } from '../../shared/blueprint/blueprint.ts';
import { step } from '../../shared/step/step.ts';
import { awaitReports } from '../../shared/store/taskTokens.ts';

/** Asks the machines themselves whether the cluster stands: members, API through the balancer, nodes and versions, DNS. */
export const handler = step(
  z.object({ taskToken: z.string() }),
  async ({ run, plan, attempt, input: { taskToken } }) => {
    const operationId = operationIdOf(run, 'ValidateCluster', attempt);
    const instanceId = await masterToAsk(plan, attempt);
    await awaitReports(run, 'ValidateCluster', taskToken, { operationId, instanceId });
    await sendVerb({
      document: plan.facts.deployment.nodeVerbsDocument,
      instanceId,
      verb: 'validate',
      operationId,
      fence: run.fence,
      arguments: { nodes: String(nodesOf(plan.blueprint)), version: plan.blueprint.kubernetes.version },
    });
  },
);

/** Masters are nodes too; groups may stand anywhere between their bounds, so what was asked for is the least. */
function nodesOf({ slots, nodeGroups }: Blueprint): number {
  const masters = slots.filter(({ runs }) => runs.controlPlane).length;
  return nodeGroups.reduce((sum, { size }) => sum + size.desired, masters);
}
