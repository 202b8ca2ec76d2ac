import { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { serviceQuotas } from './clients/serviceQuotas.ts';

/** The quotas that a cluster can run into, by code (Service Quotas console). */
const quotaCodes = {
  'L-F678F1CE': 'vpc', // VPCs
  'L-A4707A72': 'vpc', // internet gateways
  'L-FE5A380F': 'vpc', // NAT gateways per zone
  'L-93826ACB': 'vpc', // routes per route table
  'L-DF5E4CA3': 'vpc', // network interfaces
  'L-0263D0A3': 'ec2', // Elastic IPs
  'L-1216C47A': 'ec2', // On-Demand vCPUs of the standard families
  'L-34B43A08': 'ec2', // Spot vCPUs of the standard families
  'L-7A658B76': 'ebs', // gp3 storage, TiB
  'L-69A177A2': 'elasticloadbalancing', // Network Load Balancers
  'L-CDE20ADC': 'autoscaling', // groups
} as const;

/**
 * The live value of each quota, by code. What Service Quotas cannot tell is left out. One after the other, since it answers
 * five requests a second and nobody can raise that (source: Service Quotas user guide, "Quotas").
 */
export async function appliedQuotas(): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const [code, service] of Object.entries(quotaCodes)) {
    const value = await quotaOf(service, code);
    if (value !== undefined) values[code] = value;
  }
  return values;
}

/**
 * The applied value, or AWS's default where nothing was ever applied for this account. Undefined where the answer has no
 * value: Service Quotas says in it what kept it from looking, such as a right that its caller lacks.
 */
async function quotaOf(ServiceCode: string, QuotaCode: string): Promise<number | undefined> {
  const { Quota } = await serviceQuotas
    .send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode }))
    .catch((error: Error) => {
      if (error.name !== 'NoSuchResourceException') throw error;
      return serviceQuotas.send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode }));
    });
  if (Quota?.ErrorReason) console.warn({ quota: QuotaCode, ...Quota.ErrorReason });
  return Quota?.ErrorReason ? undefined : Quota?.Value;
}
