import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { mockClient } from 'aws-sdk-client-mock';
import { allQuotas, appliedQuotas } from '../../../shared/aws/quotas.ts';

const serviceQuotas = mockClient(ServiceQuotasClient);
const balancers = { ServiceCode: 'elasticloadbalancing', QuotaCode: 'L-69A177A2' };

beforeEach(() => {
  serviceQuotas.reset();
  serviceQuotas.on(GetServiceQuotaCommand).resolves({ Quota: { Value: 7 } });
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});

test('a quota that Service Quotas may not look at is not known, and never 0', async () => {
  const ErrorReason = { ErrorCode: 'DEPENDENCY_ACCESS_DENIED_ERROR' as const, ErrorMessage: 'Missing permissions' };
  serviceQuotas.on(GetServiceQuotaCommand, balancers).resolves({ Quota: { ...balancers, ErrorReason } });
  const quotas = await appliedQuotas(allQuotas);
  expect(quotas['L-F678F1CE']).toBe(7);
  expect(Object.keys(quotas)).not.toContain('L-69A177A2');
});

test('a quota that was never raised has AWS’s default', async () => {
  const notFound = Object.assign(new Error('no such quota'), { name: 'NoSuchResourceException' });
  serviceQuotas.on(GetServiceQuotaCommand, balancers).rejects(notFound);
  serviceQuotas.on(GetAWSDefaultServiceQuotaCommand, balancers).resolves({ Quota: { Value: 50 } });
  expect((await appliedQuotas(allQuotas))['L-69A177A2']).toBe(50);
});

test('quotas are asked for one after the other: Service Quotas answers five requests a second', async () => {
  let underWay = 0;
  let most = 0;
  serviceQuotas.on(GetServiceQuotaCommand).callsFake(async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await Promise.resolve();
    underWay -= 1;
    return { Quota: { Value: 7 } };
  });
  await appliedQuotas(allQuotas);
  expect(most).toBe(1);
});
