import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { type Quota, quotas, vCpuQuotas } from '../awsLimits.ts';
import { serviceQuotas } from '../clients/serviceQuotas.ts';
import { vCpuQuotaOf } from '../spec/instanceTypes.ts';

/** Every quota that some spec can run into. */
export const allQuotas: readonly Quota[] = byCode([
  ...Object.values(quotas),
  ...vCpuQuotas.flatMap(({ onDemand, spot }) => [onDemand, ...(spot ? [spot] : [])]),
]);

/** The quotas that a cluster of these instance types can run into. */
export function quotasFor(instanceTypes: readonly string[]): readonly Quota[] {
  const ofTypes = instanceTypes.flatMap((type) => vCpuQuotaOf(type) ?? []);
  return byCode([
    ...Object.values(quotas),
    ...ofTypes.flatMap(({ onDemand, spot }) => [onDemand, ...(spot ? [spot] : [])]),
  ]);
}

/**
 * The live value of each quota, by code. Quotas that Service Quotas does not know are left out. One after the other, since it answers
 * five requests a second and nobody can raise that (source: Service Quotas user guide, "Quotas").
 */
export async function appliedQuotas(wanted: readonly Quota[]): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const quota of wanted) {
    const value = await quotaOf(quota);
    if (value !== undefined) values[quota.code] = value;
  }
  return values;
}

/**
 * The applied value, or AWS's default where nothing was ever applied for this account. Undefined where the region has no such
 * quota, and where the answer has no value: Service Quotas says in it what kept it from looking, such as a right that its caller lacks.
 */
async function quotaOf({ service: ServiceCode, code: QuotaCode }: Quota): Promise<number | undefined> {
  const asked = { ServiceCode, QuotaCode };
  const answer =
    (await serviceQuotas.send(new GetServiceQuotaCommand(asked)).catch(unlessUnknown)) ??
    (await serviceQuotas.send(new GetAWSDefaultServiceQuotaCommand(asked)).catch(unlessUnknown));
  const reason = answer?.Quota?.ErrorReason;
  if (reason) console.warn({ quota: QuotaCode, ...reason });
  return reason ? undefined : answer?.Quota?.Value;
}

function unlessUnknown(error: Error): undefined {
  if (error.name !== 'NoSuchResourceException') throw error;
}

function byCode(all: readonly Quota[]): readonly Quota[] {
  return [...new Map(all.map((quota) => [quota.code, quota])).values()];
}
