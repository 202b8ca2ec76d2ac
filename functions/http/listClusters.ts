import middy from '@middy/core';
import { answerOf } from '../../shared/operations/answer.ts';
import { listClusters } from '../../shared/store/clusters.ts';

/** Every cluster of this deployment. */
export const handler = middy<unknown, unknown>()
  .use(answerOf)
  .handler(async () => ({ clusters: await listClusters() }));
