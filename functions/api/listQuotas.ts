import { allQuotas, appliedQuotas } from '../../shared/aws/quotas.ts';
import { answered } from '../../shared/operations/answer.ts';
import { refuseQuery } from '../../shared/operations/httpEvent.ts';

/** The account's quotas that a cluster can run into, as applied in this region. */
export const handler = answered(async (event: unknown) => {
  refuseQuery(event);
  return { quotas: await appliedQuotas(allQuotas) };
});
