import { paginateDescribeInstanceTypeOfferings } from '@aws-sdk/client-ec2';
import { ec2 } from './clients/ec2.ts';

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
