import { iam } from '../../../../local/cloud/iam/service.ts';
import { appliedQuotas, appliedResourceQuotas, quotaOf } from '../../../../local/cloud/serviceQuotas/quotas.ts';
import { serviceQuotas } from '../../../../local/cloud/serviceQuotas/service.ts';
import { testCloud } from '../../../support/testWorld.ts';
import { aRole, policyOf } from '../iam/iamWorld.ts';

const routes = { ServiceCode: 'vpc', QuotaCode: 'L-93826ACB' };

test('a quota that nobody raised has no applied value, only a default', async () => {
  const { call, errorOf, world } = testCloud([serviceQuotas]);
  expect((await errorOf('GetServiceQuota', routes)).name).toBe('NoSuchResourceException');
  expect(await call('GetAWSDefaultServiceQuota', routes)).toMatchObject({ Quota: { Value: 500 } });
  expect(quotaOf(world, 'L-93826ACB')).toBe(500);
});

test('an applied value counts from then on, one for a single resource only there', async () => {
  const { call, world } = testCloud([serviceQuotas]);
  appliedQuotas(world).put('L-93826ACB', 700);
  appliedResourceQuotas(world).put('L-93826ACB/rtb-1', 1000);
  expect(await call('GetServiceQuota', routes)).toMatchObject({
    Quota: { Value: 700, QuotaAppliedAtLevel: 'ACCOUNT' },
  });
  expect(await call('GetServiceQuota', { ...routes, ContextId: 'rtb-1' })).toMatchObject({ Quota: { Value: 1000 } });
  expect([quotaOf(world, 'L-93826ACB', 'rtb-1'), quotaOf(world, 'L-93826ACB', 'rtb-2')]).toEqual([1000, 700]);
});

test('a listing shows every quota of a service once, in pages', async () => {
  const { call } = testCloud([serviceQuotas]);
  const codes: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call<{ Quotas: { QuotaCode: string }[]; NextToken?: string }>('ListServiceQuotas', {
      ServiceCode: 'vpc',
      MaxResults: 4,
      NextToken,
    });
    codes.push(...page.Quotas.map((quota) => quota.QuotaCode));
    NextToken = page.NextToken;
  } while (NextToken);
  expect(codes).toHaveLength(15);
  expect(new Set(codes).size).toBe(15);
});

test('an unknown quota is an error of the model’s user, not a number', () => {
  const { world } = testCloud([serviceQuotas]);
  expect(() => quotaOf(world, 'L-00000000')).toThrow('L-00000000');
});

const balancers = { ServiceCode: 'elasticloadbalancing', QuotaCode: 'L-69A177A2' };

test.each([
  [[], undefined, 'DEPENDENCY_ACCESS_DENIED_ERROR'],
  [['elasticloadbalancing:DescribeAccountLimits'], 80, undefined],
])('a quota of load balancing for a caller who may also %j', async (further, value, errorCode) => {
  const cloud = testCloud([serviceQuotas, iam]);
  appliedQuotas(cloud.world).put('L-69A177A2', 80);
  const Action = ['servicequotas:GetServiceQuota', ...further];
  const caller = await aRole(cloud, { policy: policyOf({ Effect: 'Allow', Action, Resource: '*' }) });
  const { Quota } = await cloud.callAs<{ Quota: { Value?: number; ErrorReason?: { ErrorCode: string } } }>(
    caller,
    'GetServiceQuota',
    balancers,
  );
  expect([Quota.Value, Quota.ErrorReason?.ErrorCode]).toEqual([value, errorCode]);
});
