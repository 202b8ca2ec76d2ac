import * as z from 'zod';
import { LockLost } from '../../../shared/errors.ts';
import type { RunContext } from '../../../shared/runContext.ts';
import { withNamedErrors } from '../../../shared/step/step.ts';
import { recordStarted } from '../../../shared/store/clusters.ts';
import { readLock } from '../../../shared/store/lock.ts';
import { requireRecordedRun } from '../../../shared/store/runs.ts';

const event = z.object({ clusterName: z.string(), runId: z.string(), executionArn: z.string() });

/**
 * Confirms that this execution is the one that startWorkflow recorded and took the lock for, and returns what every
 * later state hands on. An execution that somebody started by hand is refused.
 */
export const handler = withNamedErrors(async (input: unknown): Promise<RunContext> => {
  const { clusterName, runId, executionArn } = event.parse(input);
  const run = await requireRecordedRun(clusterName, runId, executionArn);

  const lock = await readLock(clusterName);
  if (lock.holder?.executionArn !== executionArn) {
    throw new LockLost(
      `${runId} does not hold the lock of cluster ${clusterName}; ${lock.holder?.runId ?? 'nobody'} does.`,
    );
  }

  await recordStarted(run);
  const { operation, clusterId, planHash } = run;
  return { runId, operation, clusterName, clusterId, planHash, executionArn, fence: lock.fence, branch: '' };
});
