import middy from '@middy/core';
import { answerOf } from '../../shared/operations/answer.ts';
import { listNodes } from '../../shared/operations/listNodes.ts';
import { clusterOfPath } from '../../shared/operations/pathRequest.ts';

/** The machines of a cluster and how far each has got. */
export const handler = middy<unknown, unknown>()
  .use(answerOf)
  .handler(async (event: unknown) => ({ nodes: await listNodes(await clusterOfPath(event)) }));
