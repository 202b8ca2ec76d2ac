import type { Address } from '@aws-sdk/client-ec2';
import { newId, tableOf, type World } from '../world.ts';
import { networkInterfaces, setPublicAddress } from './networkInterfaces.ts';
import { notFound } from './resourceTypes.ts';
import { shownTags } from './tags.ts';
import type { Visible } from './visibility.ts';

/** An Elastic IP address. */
export interface AddressRow extends Visible {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly association?: AddressAssociation;
}

export interface AddressAssociation {
  readonly associationId: string;
  /** Missing for a regional NAT gateway, which has no interface of the customer's. */
  readonly networkInterfaceId?: string;
  /** The service that holds the address, so that only it can let go. */
  readonly requesterId?: string;
}

export const addresses = tableOf<AddressRow>('ec2.addresses');

/** The address of this allocation, or what EC2 answers without one. */
export function addressOf(world: World, allocationId: string): AddressRow {
  const address = addresses(world).get(allocationId);
  if (!address) throw notFound('elastic-ip', allocationId);
  return address;
}

/** Maps an address to an interface; `requesterId` when a service does so for itself. */
export function associateAddress(
  world: World,
  address: AddressRow,
  networkInterfaceId: string | undefined,
  requesterId?: string,
): string {
  const associationId = newId(world, 'eipassoc');
  addresses(world).put(address.allocationId, {
    ...address,
    association: {
      associationId,
      ...(networkInterfaceId === undefined ? {} : { networkInterfaceId }),
      ...(requesterId === undefined ? {} : { requesterId }),
    },
  });
  const { publicIp, allocationId } = address;
  if (networkInterfaceId !== undefined) {
    setPublicAddress(world, networkInterfaceId, { publicIp, allocationId, associationId });
  }
  return associationId;
}

/** Takes an address off whatever it is mapped to. */
export function disassociateAddress(world: World, { association, ...address }: AddressRow): void {
  addresses(world).put(address.allocationId, address);
  const id = association?.networkInterfaceId;
  if (id !== undefined && networkInterfaces(world).has(id)) setPublicAddress(world, id, undefined);
}

/** An address as EC2 shows it. */
export function shownAddress(world: World, row: AddressRow): Address {
  const { allocationId, publicIp, association } = row;
  const common: Address = {
    AllocationId: allocationId,
    PublicIp: publicIp,
    Domain: 'vpc',
    NetworkBorderGroup: world.region,
    PublicIpv4Pool: 'amazon',
    Tags: shownTags(world, allocationId),
  };
  if (!association) return common;
  const held = networkInterfaces(world).get(association.networkInterfaceId ?? '');
  const instanceId = held?.attachment?.instanceId;
  return {
    ...common,
    AssociationId: association.associationId,
    ...(held
      ? {
          NetworkInterfaceId: held.networkInterfaceId,
          NetworkInterfaceOwnerId: world.account,
          PrivateIpAddress: held.privateIpAddress,
        }
      : {}),
    ...(instanceId === undefined ? {} : { InstanceId: instanceId }),
  };
}
