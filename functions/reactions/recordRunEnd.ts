import * as z from 'zod';
import { readRun, updateRun } from '../../shared/store/runs.ts';

/** EventBridge's "Step Functions Execution Status Change" (Step Functions developer guide). */
const event = z.object({
  time: z.string(),
  detail: z.object({
    executionArn: z.string(),
    status: z.enum(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']),
    input: z.string(),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
});

/** What runs are started with. An execution that a run has started itself, as a part of it, is none. */
const input = z.object({ clusterName: z.string(), runId: z.string() });

/** Records how a run ended, for people who ask later. Events come late and twice: an older execution's end is ignored. */
export const handler = async (received: unknown): Promise<void> => {
  const { time, detail } = event.parse(received);
  const started = input.safeParse(JSON.parse(detail.input));
  if (!started.success) return;
  const run = await readRun(started.data.clusterName, started.data.runId);
  if (run?.executionArn !== detail.executionArn) return;
  const { status, error, cause } = detail;
  await updateRun({ ...run, ended: { status, at: time, ...(error && { error }), ...(cause && { cause }) } });
};
