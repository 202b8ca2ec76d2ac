import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { explainDenial } from '../iam/authorize.ts';
import { operation } from '../operation.ts';
import type { Principal } from '../principal.ts';
import { arnOf, type World } from '../world.ts';
import { appliedQuotas, appliedResourceQuotas, defaultQuotas, type Quota, quotaNamed } from './quotas.ts';

const onQuota = { ServiceCode: z.string(), QuotaCode: z.string() };

export const GetServiceQuota = operation({
  input: z.strictObject({ ...onQuota, ContextId: z.string().optional() }),
  access: (world, { ServiceCode, QuotaCode }) => [
    {
      action: 'servicequotas:GetServiceQuota',
      resource: arnOf(world, 'servicequotas', `${ServiceCode}/${QuotaCode}`),
      context: { 'servicequotas:service': ServiceCode },
    },
  ],
  run: (world, input, { principal }) => {
    const quota = known(input.ServiceCode, input.QuotaCode);
    if (!mayLook(world, principal, quota.service)) return { Quota: unreadable(world, quota) };
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
  run: (world, input, { principal }) => {
    const all = defaultQuotas.filter((quota) => quota.service === input.ServiceCode);
    if (all.length === 0) throw notFound();
    const start = input.NextToken === undefined ? 0 : Number(Buffer.from(input.NextToken, 'base64url').toString());
    const end = start + (input.MaxResults ?? 100);
    return {
      Quotas: all
        .slice(start, end)
        .map((quota) =>
          mayLook(world, principal, quota.service)
            ? described(world, { ...quota, value: appliedQuotas(world).get(quota.code) ?? quota.value })
            : unreadable(world, quota),
        ),
      ...(end < all.length && { NextToken: Buffer.from(String(end)).toString('base64url') }),
    };
  },
});

/** What Service Quotas asks the service itself, in its caller's name (source: Service Authorization Reference, GetServiceQuota, dependent actions). */
const looks: Readonly<Record<string, string>> = {
  autoscaling: 'autoscaling:DescribeAccountLimits',
  dynamodb: 'dynamodb:DescribeLimits',
  elasticloadbalancing: 'elasticloadbalancing:DescribeAccountLimits',
  iam: 'iam:GetAccountSummary',
};

function mayLook(world: World, principal: Principal, service: string): boolean {
  const action = looks[service];
  return action === undefined || explainDenial(world, principal, { action, resource: '*' }) === undefined;
}

/** AWS refuses nothing here: it answers without a value, and says why inside the answer. */
function unreadable(world: World, quota: Quota) {
  const { Value: _, ...rest } = described(world, quota);
  return {
    ...rest,
    ErrorReason: {
      ErrorCode: 'DEPENDENCY_ACCESS_DENIED_ERROR',
      ErrorMessage: `Missing permissions to make a call to ${quota.service}`,
    },
  };
}

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
