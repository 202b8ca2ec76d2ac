import * as z from 'zod';
import { redriveWeight } from '../../../shared/aws/adoption.ts';
import { findInstances } from '../../../shared/aws/instances.ts';
import { findKubernetesVolumes } from '../../../shared/aws/kubernetesVolumes.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { askMaster } from '../../../shared/reports/askMaster.ts';
import type { RunContext } from '../../../shared/runContext.ts';
import { step } from '../../../shared/step/step.ts';
import { listSlots } from '../../../shared/store/machines.ts';
import { readRun } from '../../../shared/store/runs.ts';
import { completeToken } from '../../../shared/store/taskTokens.ts';

/**
 * How long masters are asked, in seconds, before the cluster counts as one that does not answer: each of three has the
 * state's time to answer. It is a time, not a number of tries, because a try may end before anybody was asked.
 */
const patienceSeconds = 7 * 60;

/** The answer for the next state when there is no master to ask. */
const nobodyAsked = { operationId: '', instanceId: '' };

/**
 * Asks a master, before all of them go, which volumes outlive their claims. A cluster that does not answer is deleted all
 * the same, and keeps every volume; one that has none is not asked.
 */
export const handler = step(
  z.object({ taskToken: z.string() }),
  async ({ run, plan, attempt, input: { taskToken } }) => {
    const masters = await runningMasters(plan);
    const instanceId = masters[(attempt % redriveWeight) % masters.length];
    if (instanceId === undefined || (await isNothingToAsk(run))) return completeToken(taskToken, nobodyAsked);

    const state = { run, plan, attempt, taskToken, state: 'ListRetainedVolumes' };
    await askMaster(state, 'list-retained', {}, { instanceId, patienceSeconds, unanswered: nobodyAsked });
  },
);

/** Whether every volume is to be deleted, or there is none. */
async function isNothingToAsk({ clusterName, clusterId, runId }: RunContext): Promise<boolean> {
  const { deleteVolumes } = (await readRun(clusterName, runId)) ?? {};
  return deleteVolumes === true || (await findKubernetesVolumes(clusterId)).length === 0;
}

async function runningMasters({ blueprint: { cluster, slots } }: Plan): Promise<string[]> {
  const masters = new Set(slots.filter(({ runs }) => runs.controlPlane).map(({ key }) => key));
  const running = new Set((await findInstances(cluster.id, ['running'])).map(({ id }) => id));
  return (await listSlots(cluster.id)).flatMap(({ slotKey, instanceId }) =>
    instanceId !== undefined && masters.has(slotKey) && running.has(instanceId) ? [instanceId] : [],
  );
}
