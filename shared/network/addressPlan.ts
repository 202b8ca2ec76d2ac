import { limits } from '../awsLimits.ts';
import { addressAt, addressCount, blockOf, type Cidr, cidrOf, formatCidr } from './cidr.ts';

/**
 * How a VPC that kubestep makes is divided. The range has eight equal blocks. Block 0 holds the small subnets: one public
 * (NAT gateway, public load balancer) and one control subnet a zone; blocks 1 to 7 are the zones' private subnets, for
 * workers, the internal load balancer and endpoints. The control subnet holds nothing but slots, so nothing that AWS
 * numbers by itself (a load balancer's interface, a worker) can take an address that a slot was promised.
 *
 * A zone's place depends on its index alone: a zone added later moves no other.
 * A /16 gives 8,187 machines a zone: 5,000 nodes fit into one zone, and survive the loss of one of three.
 */
export const MAXIMUM_ZONES = 7;

/** An eighth of the range, block 0, is cut into sixteen, of which each must be a subnet. */
export const NARROWEST_VPC_PREFIX = limits.narrowestSubnet.value - 3 - 4;

/** Where slots begin in a subnet: beyond the reserved ones, and easy to read. */
export const FIRST_SLOT_OFFSET = 10;

/** The ranges of one zone in a VPC that kubestep makes. */
export interface ZoneRanges {
  readonly public: string;
  readonly control: string;
  readonly private: string;
}

/** The ranges of the zone at `index`. */
export function zoneRanges(vpcCidr: string, index: number): ZoneRanges {
  const vpc = cidrOf(vpcCidr);
  const small = blockOf(vpc, vpc.prefix + 3, 0);
  return {
    public: formatCidr(blockOf(small, vpc.prefix + 7, index)),
    control: formatCidr(blockOf(small, vpc.prefix + 7, 8 + index)),
    private: formatCidr(blockOf(vpc, vpc.prefix + 3, 1 + index)),
  };
}

/** How many machines a subnet can number. */
export const usableAddresses = (subnet: Cidr): number =>
  Math.max(0, addressCount(subnet) - limits.reservedInSubnet.value);

/** The first `count` addresses for slots that nobody uses. In a subnet of ours none is in use. */
export function slotAddresses(subnetCidr: string, count: number, inUse: readonly string[] = []): readonly string[] {
  const subnet = cidrOf(subnetCidr);
  const taken = new Set(inUse);
  const free: string[] = [];
  for (let offset = firstOffset(subnet); free.length < count && offset < addressCount(subnet) - 1; offset += 1) {
    const address = addressAt(subnet, offset);
    if (!taken.has(address)) free.push(address);
  }
  if (free.length < count) throw new RangeError(`${subnetCidr} has no ${count} free addresses for slots`);
  return free;
}

/** A /28 is too small to skip to the tenth address. */
const firstOffset = (subnet: Cidr): number => (addressCount(subnet) >= 64 ? FIRST_SLOT_OFFSET : 4);

/** How many nodes the pod range has room for. */
export const nodeCapacity = (podCidr: string, nodeMaskSize: number): number =>
  2 ** Math.max(0, nodeMaskSize - cidrOf(podCidr).prefix);
