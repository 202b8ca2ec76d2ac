import { allQuotas, appliedQuotas } from '../../shared/aws/quotas.ts';
import { answered } from '../../shared/operations/answer.ts';
import { refuseQuery } from '../../shared/operations/httpEvent.ts';

/** The account's quotas that a cluster can run into, under AWS's names, as applied in this region; null where it returns none. */
export const handler = answered(async (event: unknown) => {
  refuseQuery(event, 'listQuotas');
  const applied = await appliedQuotas(allQuotas);
  return { quotas: allQuotas.map((quota) => ({ ...quota, value: applied[quota.code] ?? null })) };
});
