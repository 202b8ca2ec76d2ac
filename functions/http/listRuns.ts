import middy from '@middy/core';
import { answerOf } from '../../shared/operations/answer.ts';
import { nameOfPath } from '../../shared/operations/pathRequest.ts';
import { listRuns } from '../../shared/store/runs.ts';

/** The runs of a cluster name, also of clusters that were deleted since. */
export const handler = middy<unknown, unknown>()
  .use(answerOf)
  .handler(async (event: unknown) => ({ runs: await listRuns(nameOfPath(event)) }));
