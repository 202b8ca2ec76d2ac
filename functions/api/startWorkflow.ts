import type { Context } from 'aws-lambda';
import { answered } from '../../shared/operations/answer.ts';
import { receiveRequest } from '../../shared/operations/request.ts';
import { startOperation } from '../../shared/operations/startOperation.ts';
import { deploymentOf } from '../../shared/step/deployment.ts';

/**
 * The one way to start an operation: `sls invoke`, the HTTP API and the operations bus all end here. Answers with the run,
 * or with every reason why nothing was touched.
 */
export const handler = answered(async (event: unknown, context: Context) =>
  startOperation(receiveRequest(event), await deploymentOf(context)),
);
