import type { World } from '../world.ts';
import { addresses } from './addresses.ts';
import { internetGatewayOfVpc } from './internetGateways.ts';
import { freeAddressCount } from './privateAddresses.ts';
import type { SubnetRow } from './subnets.ts';

/** EC2's code and words for why a gateway failed. */
export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Why a zonal gateway will end in `failed`. EC2 accepts the call and finds out afterwards. */
export function zonalFailure(world: World, subnet: SubnetRow, allocationId: string | undefined): Failure | undefined {
  if (freeAddressCount(world, subnet) < 1) {
    const message = 'Subnet has insufficient free addresses to create this NAT gateway';
    return { code: 'InsufficientFreeAddressesInSubnet', message };
  }
  if (allocationId === undefined) return undefined;
  return notAttached(world, subnet.vpcId) ?? unusable(world, allocationId);
}

/** Public gateways need their VPC's way to the internet. */
export function notAttached(world: World, vpcId: string): Failure | undefined {
  if (internetGatewayOfVpc(world, vpcId)) return undefined;
  return { code: 'Gateway.NotAttached', message: `Network ${vpcId} has no Internet gateway attached` };
}

/** Why an address cannot be the gateway's. */
export function unusable(world: World, allocationId: string): Failure | undefined {
  const address = addresses(world).get(allocationId);
  if (!address) {
    const message = `Elastic IP address ${allocationId} could not be associated with this NAT gateway`;
    return { code: 'InvalidAllocationID.NotFound', message };
  }
  if (!address.association) return undefined;
  return { code: 'Resource.AlreadyAssociated', message: `Elastic IP address ${allocationId} is already associated` };
}
