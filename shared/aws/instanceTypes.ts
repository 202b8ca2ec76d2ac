import { paginateDescribeInstanceTypeOfferings, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2';
import { ec2 } from '../clients/ec2.ts';
import type { InstanceTypeSize } from '../facts/facts.ts';

/** Which zones offer each of these instance types; a type that no zone offers has none. */
export async function zonesOfInstanceTypes(types: readonly string[]): Promise<Record<string, string[]>> {
  const zones: Record<string, string[]> = Object.fromEntries(types.map((type) => [type, []]));
  const pages = paginateDescribeInstanceTypeOfferings(
    { client: ec2 },
    { LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: [...types] }] },
  );
  for await (const { InstanceTypeOfferings = [] } of pages) {
    for (const { InstanceType, Location } of InstanceTypeOfferings) {
      if (InstanceType && Location) zones[InstanceType]?.push(Location);
    }
  }
  for (const offered of Object.values(zones)) offered.sort();
  return zones;
}

/** Processors and memory of each of these instance types. By a filter, because a request by names fails for one that does not exist. */
export async function sizesOfInstanceTypes(types: readonly string[]): Promise<Record<string, InstanceTypeSize>> {
  const sizes: Record<string, InstanceTypeSize> = {};
  const Filters = [{ Name: 'instance-type', Values: [...types] }];
  for await (const { InstanceTypes = [] } of paginateDescribeInstanceTypes({ client: ec2 }, { Filters })) {
    for (const { InstanceType, VCpuInfo, MemoryInfo } of InstanceTypes) {
      const [vCpus, memoryMiB] = [VCpuInfo?.DefaultVCpus, MemoryInfo?.SizeInMiB];
      if (InstanceType && vCpus !== undefined && memoryMiB !== undefined) sizes[InstanceType] = { vCpus, memoryMiB };
    }
  }
  return sizes;
}
