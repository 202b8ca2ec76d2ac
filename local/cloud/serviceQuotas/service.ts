import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation, type Service } from '../operation.ts';
import { arnOf, type World } from '../world.ts';
import { appliedQuotas, appliedResourceQuotas, defaultQuotas, type Quota, quotaNamed } from './quotas.ts';

/** Median time of one request (estimated, as for the other services). */
const latencyMilliseconds = 150;

const onQuota = { ServiceCode: z.string(), QuotaCode: z.string() };

export const GetServiceQuota = operation({
  input: z.strictObject({ ...onQuota, ContextId: z.string().optional() }),
  access: () => [{ action: 'servicequotas:GetServiceQuota', resource: '*' }],
  run: (world, input) => {
    const quota = known(input.ServiceCode, input.QuotaCode);
    const value =
      input.ContextId === undefined
        ? appliedQuotas(world).get(quota.code)
        : appliedResourceQuotas(world).get(`${quota.code}/${input.ContextId}`);
    // AWS answers applied values only: a quota that was never raised is not found here.
    if (value === undefined) throw notFound();
    return { Quota: described(world, { ...quota, value }, input.ContextId) };
  },
});

export const GetAWSDefaultServiceQuota = operation({
  input: z.strictObject(onQuota),
  access: () => [{ action: 'servicequotas:GetAWSDefaultServiceQuota', resource: '*' }],
  run: (world, input) => ({ Quota: described(world, known(input.ServiceCode, input.QuotaCode)) }),
});

export const ListServiceQuotas = operation({
  input: z.strictObject({
    ServiceCode: z.string(),
    MaxResults: z.int().min(1).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  access: () => [{ action: 'servicequotas:ListServiceQuotas', resource: '*' }],
  run: (world, input) => {
    const all = defaultQuotas.filter((quota) => quota.service === input.ServiceCode);
    if (all.length === 0) throw notFound();
    const start = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, 'base64url').toString());
    const end = start + (input.MaxResults ?? 100);
    return {
      Quotas: all
        .slice(start, end)
        .map((quota) => described(world, { ...quota, value: appliedQuotas(world).get(quota.code) ?? quota.value })),
      ...(end < all.length && { NextToken: Buffer.from(String(end)).toString('base64url') }),
    };
  },
});

function known(service: string, code: string): Quota {
  const quota = quotaNamed(service, code);
  if (!quota) throw notFound();
  return quota;
}

function notFound(): AwsError {
  return new AwsError(
    'NoSuchResourceException',
    'The request failed because the specified service quota does not exist.',
  );
}

function described(world: World, quota: Quota, resourceId?: string) {
  return {
    ServiceCode: quota.service,
    QuotaCode: quota.code,
    QuotaName: quota.name,
    QuotaArn: arnOf(world, 'servicequotas', `${quota.service}/${quota.code}`),
    Value: quota.value,
    Unit: 'None',
    Adjustable: quota.adjustable,
    GlobalQuota: quota.global ?? false,
    QuotaAppliedAtLevel: resourceId === undefined ? 'ACCOUNT' : 'RESOURCE',
    ...(resourceId !== undefined && { QuotaContext: { ContextScope: 'RESOURCE', ContextId: resourceId } }),
  };
}

/** Service Quotas. */
export const serviceQuotas: Service = {
  name: 'servicequotas',
  operations: { GetAWSDefaultServiceQuota, GetServiceQuota, ListServiceQuotas },
  errors: {
    missingParameter: 'IllegalArgumentException',
    invalidParameter: 'IllegalArgumentException',
    accessDenied: 'AccessDeniedException',
    throttled: 'TooManyRequestsException',
  },
  latencyOf: () => latencyMilliseconds,
};
