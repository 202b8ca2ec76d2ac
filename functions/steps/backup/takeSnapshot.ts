import * as z from 'zod';
import { operationIdOf, sendVerb } from '../../../shared/aws/commands.ts';
import { snapshotKey } from '../../../shared/blueprint/backupObjects.ts';
import { verbs } from '../../../shared/machine/verbs.ts';
import { memberToAsk } from '../../../shared/reports/askMaster.ts';
import { awaitReports } from '../../../shared/reports/awaitReports.ts';
import { unlockedStep } from '../../../shared/step/step.ts';

/** Has a member of etcd store a snapshot of what it holds. A retry is another operation, asks another member and stores another object. */
export const handler = unlockedStep(
  z.object({ taskToken: z.string() }),
  async ({ run, plan, attempt, input: { taskToken } }) => {
    const state = 'TakeSnapshot';
    const operationId = operationIdOf(run, state, attempt);
    const instanceId = await memberToAsk(plan, attempt);
    const awaited = { operationId, instanceId, snapshotKey: snapshotKey(run.clusterId, run.runId, operationId) };
    await awaitReports({ run, attempt, state, taskToken }, awaited);
    await sendVerb({
      document: plan.facts.deployment.nodeVerbsDocument,
      instanceId,
      verb: 'snapshot',
      operationId,
      fence: run.fence,
      arguments: {},
      timeoutSeconds: verbs.snapshot.timeoutSeconds,
    });
  },
);
