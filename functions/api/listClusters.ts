import type { Context } from 'aws-lambda';
import { answered } from '../../shared/operations/answer.ts';
import { refuseQuery } from '../../shared/operations/httpEvent.ts';
import { deploymentOf } from '../../shared/step/deployment.ts';
import { listClusters } from '../../shared/store/clusters.ts';

/** Every cluster of this deployment, and which deployment it is. */
export const handler = answered(async (event: unknown, context: Context) => {
  refuseQuery(event, 'listClusters');
  const { account, region, prefix } = await deploymentOf(context);
  return { deployment: { account, region, name: prefix }, clusters: await listClusters() };
});
