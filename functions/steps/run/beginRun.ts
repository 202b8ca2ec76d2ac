import * as z from 'zod';
import type { RunContext } from '../../../shared/runContext.ts';
import { withNamedErrors } from '../../../shared/step/step.ts';
import { requireRecordedRun } from '../../../shared/store/runs.ts';

const event = z.object({ clusterName: z.string(), runId: z.string(), executionArn: z.string() });

/** No machine takes this for a fence, so a run without the lock can ask only for what needs none. */
const noFence = 0;

/**
 * Confirms that this execution is the one that startWorkflow recorded, and returns what every later state hands on: the first
 * state of runs that take no lock.
 */
export const handler = withNamedErrors(async (input: unknown): Promise<RunContext> => {
  const { clusterName, runId, executionArn } = event.parse(input);
  const { operation, clusterId, planHash } = await requireRecordedRun(clusterName, runId, executionArn);
  return { runId, operation, clusterName, clusterId, planHash, executionArn, fence: noFence, branch: '' };
});
