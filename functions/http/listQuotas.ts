import middy from '@middy/core';
import { allQuotas, appliedQuotas } from '../../shared/aws/quotas.ts';
import { answerOf } from '../../shared/operations/answer.ts';
import { refuseQuery } from '../../shared/operations/httpEvent.ts';

/** The account's quotas that a cluster can run into, as applied in this region. */
export const handler = middy<unknown, unknown>()
  .use(answerOf)
  .handler(async (event: unknown) => {
    refuseQuery(event);
    return { quotas: await appliedQuotas(allQuotas) };
  });
