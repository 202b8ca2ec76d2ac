import type { World } from '../world.ts';

/** The domain of a region's instance names (source: VPC user guide, "DNS hostnames"). */
export function privateDnsDomain(world: World): string {
  return world.region === 'us-east-1' ? 'ec2.internal' : `${world.region}.compute.internal`;
}

/** ip-10-0-1-5.ec2.internal */
export function ipName(world: World, address: string): string {
  return `ip-${address.replaceAll('.', '-')}.${privateDnsDomain(world)}`;
}

/** ec2-3-80-1-2.compute-1.amazonaws.com */
export function publicDnsName(world: World, address: string): string {
  const domain = world.region === 'us-east-1' ? 'compute-1' : `${world.region}.compute`;
  return `ec2-${address.replaceAll('.', '-')}.${domain}.amazonaws.com`;
}
