import { AwsError } from '../errors.ts';
import { nowOf, tableOf, type World } from '../world.ts';

/** EC2 also limits how many instances requests may touch, of any caller: a service such as Auto Scaling draws from the same bucket. */
interface ResourceBucket {
  readonly name: string;
  readonly burst: number;
  readonly refillPerSecond: number;
}

/** Source: EC2 developer guide, "Request throttling", resource rate limiting. */
export const launchedInstances: ResourceBucket = { name: 'RunInstances', burst: 1_000, refillPerSecond: 2 };
export const terminatedInstances: ResourceBucket = { name: 'TerminateInstances', burst: 1_000, refillPerSecond: 20 };

const levels = tableOf<{ readonly tokens: number; readonly at: number }>('ec2.resourceBuckets');

/** How many instances the bucket grants now. */
export function roomInBucket(world: World, bucket: ResourceBucket): number {
  return Math.floor(levelOf(world, bucket));
}

/** Takes instances from the bucket; the caller has looked whether there is room. */
export function takeFromBucket(world: World, bucket: ResourceBucket, count: number): void {
  levels(world).put(bucket.name, { tokens: levelOf(world, bucket) - count, at: nowOf(world) });
}

export function requestLimitExceeded(): AwsError {
  return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
}

function levelOf(world: World, { name, burst, refillPerSecond }: ResourceBucket): number {
  const level = levels(world).get(name);
  if (!level) return burst;
  return Math.min(burst, level.tokens + ((nowOf(world) - level.at) / 1000) * refillPerSecond);
}
