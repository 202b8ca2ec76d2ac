import middy from '@middy/core';
import { allQuotas, appliedQuotas } from '../../shared/aws/quotas.ts';
import { answerOf } from '../../shared/operations/answer.ts';

/** The account's quotas that a cluster can run into, as applied in this region. */
export const handler = middy<unknown, unknown>()
  .use(answerOf)
  .handler(async () => ({ quotas: await appliedQuotas(allQuotas) }));
