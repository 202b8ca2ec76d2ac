import type { Service } from '../operation.ts';
import type { World } from '../world.ts';
import { computeOperations, defineComputeJobs } from './computeOperations.ts';
import { defineNetworkJobs } from './networkJobs.ts';
import { networkOperations } from './networkOperations.ts';
import { bucketOf } from './requestBuckets.ts';

/** Milliseconds from call to answer (observed: ec2-boot-bench 2021 for RunInstances; else estimated). */
const latency = { describe: 150, mutate: 400, runInstances: 1500 };

/** Amazon EC2 with its network. */
export const ec2: Service = {
  name: 'ec2',
  operations: { ...networkOperations, ...computeOperations },
  errors: {
    missingParameter: 'MissingParameter',
    invalidParameter: 'InvalidParameterValue',
    accessDenied: 'UnauthorizedOperation',
    throttled: 'RequestLimitExceeded',
  },
  bucketOf,
  latencyOf: (operation) => {
    if (operation.startsWith('Describe')) return latency.describe;
    return operation === 'RunInstances' ? latency.runInstances : latency.mutate;
  },
};

/** What EC2 does by itself later. Called once, when a world is put together. */
export function defineEc2Jobs(world: World): void {
  defineNetworkJobs(world);
  defineComputeJobs(world);
}
