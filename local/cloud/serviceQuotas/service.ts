import type { RequestBucket, Service } from '../operation.ts';
import * as quotaOperations from './quotaOperations.ts';

/** Median time of one request (estimated, as for the other services). */
const latencyMilliseconds = 150;

/** Source: Service Quotas user guide, "Quotas": rates that nobody can raise. */
const buckets = new Map<string, RequestBucket>(
  (
    [
      ['GetServiceQuota', 5],
      ['GetAWSDefaultServiceQuota', 5],
      ['ListServiceQuotas', 10],
    ] as const
  ).map(([operation, perSecond]) => [
    operation,
    { name: `servicequotas.${operation}`, burst: perSecond, refillPerSecond: perSecond },
  ]),
);

/** Service Quotas. */
export const serviceQuotas: Service = {
  name: 'servicequotas',
  operations: {
    ...quotaOperations,
  },
  errors: {
    missingParameter: 'IllegalArgumentException',
    invalidParameter: 'IllegalArgumentException',
    accessDenied: 'AccessDeniedException',
    throttled: 'TooManyRequestsException',
  },
  bucketOf: (operation) => buckets.get(operation),
  latencyOf: () => latencyMilliseconds,
};
