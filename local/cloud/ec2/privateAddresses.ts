import { AwsError } from '../errors.ts';
import { tableOf, type World } from '../world.ts';
import { type Cidr, containsAddress, parseAddress, parseCidr, showAddress } from './cidr.ts';

/** The part of a subnet that its addresses need. */
interface AddressRange {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
}

/** Which interface holds an address of a VPC, by `vpcId/address`. */
const holders = tableOf<string>('ec2.privateAddresses');

/** How many addresses of a subnet are held, and where the search for a free one continues. */
const usage = tableOf<{ readonly inUse: number; readonly next: number }>('ec2.privateAddresses.usage');

/** The network address, the router, DNS, one for the future, and broadcast (source: VPC user guide, "Subnet CIDR blocks"). */
const reservedAtStart = 4;
const reservedAtEnd = 1;

/** The interface that holds an address in a VPC. */
export function holderOf(world: World, vpcId: string, address: string): string | undefined {
  return holders(world).get(`${vpcId}/${address}`);
}

export function addressesInUse(world: World, subnet: AddressRange): number {
  return usage(world).get(subnet.subnetId)?.inUse ?? 0;
}

export function freeAddressCount(world: World, subnet: AddressRange): number {
  return rangeOf(subnet).size - reservedAtStart - reservedAtEnd - addressesInUse(world, subnet);
}

/** The address that an interface would get, or why it gets none. */
export function chooseAddress(world: World, subnet: AddressRange, wanted?: string): number {
  return wanted === undefined ? nextFree(world, subnet) : checked(world, subnet, wanted);
}

/** Gives an address of the subnet to an interface: the wanted one, or the next free one. */
export function takeAddress(world: World, subnet: AddressRange, interfaceId: string, wanted?: string): string {
  const address = chooseAddress(world, subnet, wanted);
  const text = showAddress(address);
  holders(world).put(`${subnet.vpcId}/${text}`, interfaceId);
  const { inUse, next } = usage(world).get(subnet.subnetId) ?? { inUse: 0, next: 0 };
  const offset = address - rangeOf(subnet).first;
  usage(world).put(subnet.subnetId, { inUse: inUse + 1, next: wanted === undefined ? offset + 1 : next });
  return text;
}

export function releaseAddress(world: World, subnet: AddressRange, address: string): void {
  holders(world).delete(`${subnet.vpcId}/${address}`);
  const { inUse, next } = usage(world).get(subnet.subnetId) ?? { inUse: 1, next: 0 };
  usage(world).put(subnet.subnetId, { inUse: inUse - 1, next });
}

/** Searches from where the last search ended, so that a released address is not given out again at once. */
function nextFree(world: World, subnet: AddressRange): number {
  const range = rangeOf(subnet);
  const usable = range.size - reservedAtStart - reservedAtEnd;
  if (freeAddressCount(world, subnet) > 0) {
    const start = Math.max(0, (usage(world).get(subnet.subnetId)?.next ?? 0) - reservedAtStart);
    for (let step = 0; step < usable; step += 1) {
      const address = range.first + reservedAtStart + ((start + step) % usable);
      if (!holders(world).has(`${subnet.vpcId}/${showAddress(address)}`)) return address;
    }
  }
  throw new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnet.subnetId}' to satisfy the requested number of instances.`,
  );
}

function checked(world: World, subnet: AddressRange, wanted: string): number {
  const range = rangeOf(subnet);
  const address = parseAddress(wanted);
  if (address === undefined || !containsAddress(range, address)) {
    throw new AwsError('InvalidParameterValue', `Address ${wanted} does not fall within the subnet's address range`);
  }
  if (address < range.first + reservedAtStart || address >= range.first + range.size - reservedAtEnd) {
    throw new AwsError('InvalidParameterValue', `Address ${wanted} is in subnet's reserved address range`);
  }
  if (holderOf(world, subnet.vpcId, wanted) !== undefined) {
    throw new AwsError('InvalidIPAddress.InUse', `Address ${wanted} is in use.`);
  }
  return address;
}

function rangeOf(subnet: AddressRange): Cidr {
  const range = parseCidr(subnet.cidrBlock);
  if (!range) throw new Error(`${subnet.subnetId} has the range ${subnet.cidrBlock}`);
  return range;
}

/** Forgets a subnet that is gone. */
export function forgetAddresses(world: World, subnetId: string): void {
  usage(world).delete(subnetId);
}
