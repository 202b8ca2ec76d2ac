import { AwsError } from '../errors.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { tableOf, type World } from '../world.ts';
import type { InstanceRow } from './instances.ts';
import { instanceTypeOf } from './instanceTypes.ts';

type Market = InstanceRow['market'];

/** vCPUs that count against the account's quotas now, by market, so that a launch does not walk over every instance. */
const vcpusInUse = tableOf<number>('ec2.vcpus');

/** Service Quotas: running vCPUs of the standard families (A, C, D, H, I, M, R, T, Z). */
const quotas: Readonly<Record<Market, string>> = { 'on-demand': 'L-1216C47A', spot: 'L-34B43A08' };

/** How many more instances of the type the vCPU quota allows. */
export function roomInVcpuQuota(world: World, market: Market, vcpusEach: number): number {
  const free = quotaOf(world, quotas[market]) - (vcpusInUse(world).get(market) ?? 0);
  return Math.max(0, Math.floor(free / vcpusEach));
}

export function vcpuLimitExceeded(world: World, market: Market): AwsError {
  if (market === 'spot') return new AwsError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
  return new AwsError(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${quotaOf(world, quotas[market])} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );
}

/** An instance starts to count when it is launched or started. */
export function countVcpus(world: World, instance: InstanceRow): void {
  changeBy(world, instance, 1);
}

/** It stops to count when it is terminated or stopped. */
export function uncountVcpus(world: World, instance: InstanceRow): void {
  changeBy(world, instance, -1);
}

function changeBy(world: World, { market, instanceType }: InstanceRow, sign: 1 | -1): void {
  const vcpus = instanceTypeOf(instanceType)?.vcpus ?? 0;
  vcpusInUse(world).put(market, (vcpusInUse(world).get(market) ?? 0) + sign * vcpus);
}
