import * as z from 'zod';
import { redriveWeight } from '../../shared/aws/adoption.ts';
import { operationIdOf, sendVerb } from '../../shared/aws/commands.ts';
import { findInstances } from '../../shared/aws/instances.ts';
import type { Plan } from '../../shared/blueprint/plan.ts';
import { awaitReports } from '../../shared/machines/awaitReports.ts';
import { step } from '../../shared/step/step.ts';
import { listSlots } from '../../shared/store/machines.ts';
import { readRun } from '../../shared/store/runs.ts';
import { completeToken } from '../../shared/store/taskTokens.ts';

/** How many masters are asked before the cluster counts as one that does not answer. */
const mostTries = 3;

/** What the next state is told when there is nobody to ask. */
const nobodyAsked = { operationId: '', instanceId: '' };

/** Asks a master, before all of them go, which volumes outlive their claims. A cluster that does not answer is deleted all the same. */
export const handler = step(
  z.object({ taskToken: z.string() }),
  async ({ run, plan, attempt, input: { taskToken } }) => {
    const tries = attempt % redriveWeight;
    const masters = await runningMasters(plan);
    const instanceId = masters[tries % masters.length];
    const { deleteVolumes } = (await readRun(run.clusterName, run.runId)) ?? {};
    if (deleteVolumes || instanceId === undefined || tries >= mostTries) return completeToken(taskToken, nobodyAsked);

    const operationId = operationIdOf(run, 'ListRetainedVolumes', attempt);
    await awaitReports({ run, attempt, state: 'ListRetainedVolumes', taskToken }, { operationId, instanceId });
    await sendVerb({
      document: plan.facts.deployment.nodeVerbsDocument,
      instanceId,
      verb: 'list-retained',
      operationId,
      fence: run.fence,
      arguments: { cluster: run.clusterId },
    });
  },
);

async function runningMasters({ blueprint: { cluster, slots } }: Plan): Promise<string[]> {
  const masters = new Set(slots.filter(({ runs }) => runs.controlPlane).map(({ key }) => key));
  const running = new Set((await findInstances(cluster.id, ['running'])).map(({ id }) => id));
  return (await listSlots(cluster.id)).flatMap(({ slotKey, instanceId }) =>
    instanceId !== undefined && masters.has(slotKey) && running.has(instanceId) ? [instanceId] : [],
  );
}
