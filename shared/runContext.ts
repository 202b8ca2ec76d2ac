import * as z from 'zod';

/** What every state hands to its function: which run it is part of, and the right to write that it claims. */
export const runContext = z.object({
  runId: z.string(),
  operation: z.string(),
  clusterName: z.string(),
  clusterId: z.string(),
  planHash: z.string(),
  /** The root execution: child executions carry their parent's. */
  executionArn: z.string(),
  /** Grows with every new holder of the lock. */
  fence: z.number().int(),
  /**
   * Where in the run's tree of executions the state is (`roll/workers/slice-3`), empty in the root: states of one name that
   * run side by side differ in it, and so do their operations and tokens.
   */
  branch: z.string().max(256).default(''),
});

export type RunContext = z.infer<typeof runContext>;

/** How many executions of a run came before this one: a run that can no longer be redriven continues in `…--2`, then `--3`. */
export const earlierExecutions = (executionArn: string): number => Number(/--(\d+)$/.exec(executionArn)?.[1] ?? 1) - 1;
