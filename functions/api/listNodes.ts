import { answered } from '../../shared/operations/answer.ts';
import { listNodes } from '../../shared/operations/listNodes.ts';
import { clusterOfPath } from '../../shared/operations/pathRequest.ts';

/** The machines of a cluster and how far each has got. */
export const handler = answered(async (event: unknown) => ({
  nodes: await listNodes(await clusterOfPath(event, 'listNodes')),
}));
