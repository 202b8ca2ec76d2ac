import type { Context } from 'aws-lambda';
import { answered } from '../../shared/operations/answer.ts';
import { callerOf, httpEventOf, refuseQuery } from '../../shared/operations/httpEvent.ts';
import { deploymentOf } from '../../shared/step/deployment.ts';
import { listClusters } from '../../shared/store/clusters.ts';

/** Every cluster of this deployment, which deployment it is, and as whom IAM knows the caller. */
export const handler = answered(async (event: unknown, context: Context) => {
  refuseQuery(event, 'listClusters');
  const { account, region, prefix } = await deploymentOf(context);
  const http = httpEventOf(event);
  return {
    deployment: { account, region, name: prefix, version: process.env.VERSION },
    ...(http && { caller: callerOf(http) }),
    clusters: await listClusters(),
  };
});
