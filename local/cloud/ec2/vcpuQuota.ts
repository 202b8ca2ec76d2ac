import { AwsError } from '../errors.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { tableOf, type World } from '../world.ts';
import type { InstanceRow } from './instances.ts';
import { type InstanceType, instanceTypeOf, type QuotaFamily } from './instanceTypes.ts';

type Market = InstanceRow['market'];

/** vCPUs that count against the account's quotas now, by quota, so that a launch does not walk over every instance. */
const vcpusInUse = tableOf<number>('ec2.vcpus');

/** Service Quotas: the vCPUs of a group of families; P has another Spot quota from its fifth generation on, which the model leaves out. */
const quotas: Readonly<Record<QuotaFamily, Readonly<Record<Market, string>>>> = {
  standard: { 'on-demand': 'L-1216C47A', spot: 'L-34B43A08' },
  graphics: { 'on-demand': 'L-DB2E81BA', spot: 'L-3819A6DF' },
  p: { 'on-demand': 'L-417A185B', spot: 'L-7212CCBC' },
  inferentia: { 'on-demand': 'L-1945791B', spot: 'L-B5D1601B' },
  trainium: { 'on-demand': 'L-2C3B7624', spot: 'L-6B0D517C' },
  x: { 'on-demand': 'L-7295265B', spot: 'L-E3A00192' },
};

/** How many more instances of the type the vCPU quota of its family allows. */
export function roomInVcpuQuota(world: World, market: Market, { quota, vcpus }: InstanceType): number {
  const code = quotas[quota][market];
  const free = quotaOf(world, code) - (vcpusInUse(world).get(code) ?? 0);
  return Math.max(0, Math.floor(free / vcpus));
}

export function vcpuLimitExceeded(world: World, market: Market, { quota }: InstanceType): AwsError {
  if (market === 'spot') return new AwsError('MaxSpotInstanceCountExceeded', 'Max spot instance count exceeded');
  return new AwsError(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${quotaOf(world, quotas[quota][market])} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
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
  const type = instanceTypeOf(instanceType);
  if (!type) return;
  const code = quotas[type.quota][market];
  vcpusInUse(world).put(code, (vcpusInUse(world).get(code) ?? 0) + sign * type.vcpus);
}
