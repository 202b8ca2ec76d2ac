import type { RequestBucket, Service } from '../operation.ts';
import type { World } from '../world.ts';
import { defineCommandJobs } from './commandJobs.ts';
import * as commandOperations from './commandOperations.ts';
import * as describeInstanceInformation from './describeInstanceInformation.ts';
import * as documentOperations from './documentOperations.ts';
import * as invocationOperations from './invocationOperations.ts';
import * as parameterOperations from './parameterOperations.ts';

/** Requests a second of the account (source: Service Quotas, AWS Systems Manager, November 2026). */
const perSecond: Readonly<Record<string, number>> = {
  GetParameter: 40,
  GetParameters: 40,
  PutParameter: 3,
  DescribeInstanceInformation: 4,
};

/** Median times of a read and of a change (estimated, as for the other services). */
const readMilliseconds = 150;
const changeMilliseconds = 400;

/** AWS Systems Manager: Parameter Store, documents and Run Command. */
export const ssm: Service = {
  name: 'ssm',
  operations: {
    ...commandOperations,
    ...describeInstanceInformation,
    ...documentOperations,
    ...invocationOperations,
    ...parameterOperations,
  },
  errors: {
    missingParameter: 'ValidationException',
    invalidParameter: 'ValidationException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  bucketOf: bucket,
  latencyOf: (operation) => (/^(Get|List|Describe)/.test(operation) ? readMilliseconds : changeMilliseconds),
};

function bucket(operation: string): RequestBucket | undefined {
  const rate = perSecond[operation];
  return rate === undefined ? undefined : { name: `ssm:${operation}`, burst: rate, refillPerSecond: rate };
}

/** What Systems Manager does by itself later. Called once, when a world is put together. */
export function defineSsmJobs(world: World): void {
  defineCommandJobs(world);
}
