import { nowOf, tableOf, type World } from '../world.ts';
import { releaseAddress } from './privateAddresses.ts';
import { notFound } from './resourceTypes.ts';
import { subnetOf } from './subnets.ts';
import { dropTags } from './tags.ts';
import type { Visible } from './visibility.ts';

export interface NetworkInterfaceRow extends Visible {
  readonly networkInterfaceId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
  readonly description: string;
  readonly privateIpAddress: string;
  readonly macAddress: string;
  readonly groupIds: readonly string[];
  /** Off: the interface may send and receive for addresses that are not its own, such as pods. */
  readonly sourceDestCheck: boolean;
  readonly interfaceType: InterfaceType;
  /** The AWS service that made the interface and alone may delete it. */
  readonly requesterId?: string;
  readonly attachment?: InterfaceAttachment;
  readonly publicAddress?: PublicAddress;
}

export type InterfaceType = 'interface' | 'nat_gateway' | 'network_load_balancer' | 'load_balancer' | 'vpc_endpoint';

export interface InterfaceAttachment {
  readonly attachmentId: string;
  /** Missing where a service holds the interface. */
  readonly instanceId?: string;
  readonly deviceIndex: number;
  readonly deleteOnTermination: boolean;
  readonly attachTime: number;
  readonly attachedAt: number;
  readonly detaching: boolean;
}

export interface PublicAddress {
  readonly publicIp: string;
  /** Both missing for an address that EC2 lent at launch. */
  readonly allocationId?: string;
  readonly associationId?: string;
}

export const networkInterfaces = tableOf<NetworkInterfaceRow>('ec2.networkInterfaces');

/** The interfaces of an instance, by its id. */
const ofInstance = tableOf<readonly string[]>('ec2.networkInterfaces.ofInstance');

/** The interface of an attachment, by the attachment's id. */
const ofAttachment = tableOf<string>('ec2.networkInterfaces.ofAttachment');

/** The interface behind a public address, by the address. */
const ofPublicAddress = tableOf<string>('ec2.networkInterfaces.ofPublicAddress');

/** The interface of this id, or what EC2 answers without one. */
export function networkInterfaceOf(world: World, networkInterfaceId: string): NetworkInterfaceRow {
  const found = networkInterfaces(world).get(networkInterfaceId);
  if (!found) throw notFound('network-interface', networkInterfaceId);
  return found;
}

/** The interfaces attached to an instance, the primary one first. */
export function interfacesOfInstance(world: World, instanceId: string): NetworkInterfaceRow[] {
  const ids = ofInstance(world).get(instanceId) ?? [];
  return ids
    .flatMap((id) => networkInterfaces(world).get(id) ?? [])
    .sort((left, right) => (left.attachment?.deviceIndex ?? 0) - (right.attachment?.deviceIndex ?? 0));
}

export function interfaceOfAttachment(world: World, attachmentId: string): NetworkInterfaceRow | undefined {
  const id = ofAttachment(world).get(attachmentId);
  return id === undefined ? undefined : networkInterfaces(world).get(id);
}

export function interfaceOfPublicAddress(world: World, publicIp: string): NetworkInterfaceRow | undefined {
  const id = ofPublicAddress(world).get(publicIp);
  return id === undefined ? undefined : networkInterfaces(world).get(id);
}

/** Whether any interface is in this group. */
export function interfaceUsingGroup(world: World, groupId: string): boolean {
  for (const row of networkInterfaces(world).rows()) if (row.groupIds.includes(groupId)) return true;
  return false;
}

/** `available`, or the state of its attachment now. */
export function interfaceStatus(
  world: World,
  { attachment }: NetworkInterfaceRow,
): 'available' | 'attaching' | 'in-use' | 'detaching' {
  if (!attachment) return 'available';
  if (attachment.detaching) return 'detaching';
  return attachment.attachedAt <= nowOf(world) ? 'in-use' : 'attaching';
}

/** Ties an interface to its instance or service. The caller has checked that it is free. */
export function holdInterface(
  world: World,
  networkInterfaceId: string,
  attachment: Omit<InterfaceAttachment, 'attachTime' | 'detaching'>,
): void {
  const row = networkInterfaceOf(world, networkInterfaceId);
  networkInterfaces(world).put(networkInterfaceId, {
    ...row,
    attachment: { ...attachment, attachTime: nowOf(world), detaching: false },
  });
  ofAttachment(world).put(attachment.attachmentId, networkInterfaceId);
  const { instanceId } = attachment;
  if (instanceId === undefined) return;
  ofInstance(world).put(instanceId, [...(ofInstance(world).get(instanceId) ?? []), networkInterfaceId]);
}

/** Frees an interface at once: its attachment has ended. An address that EC2 lent goes with it. */
export function freeInterface(world: World, networkInterfaceId: string): void {
  const row = networkInterfaceOf(world, networkInterfaceId);
  const { attachment, ...free } = row;
  networkInterfaces(world).put(networkInterfaceId, free);
  if (row.publicAddress && row.publicAddress.allocationId === undefined) {
    setPublicAddress(world, networkInterfaceId, undefined);
  }
  if (!attachment) return;
  ofAttachment(world).delete(attachment.attachmentId);
  if (attachment.instanceId !== undefined) forgetOfInstance(world, attachment.instanceId, networkInterfaceId);
}

function forgetOfInstance(world: World, instanceId: string, networkInterfaceId: string): void {
  const others = (ofInstance(world).get(instanceId) ?? []).filter((id) => id !== networkInterfaceId);
  if (others.length === 0) ofInstance(world).delete(instanceId);
  else ofInstance(world).put(instanceId, others);
}

/** Removes an interface and returns its address to the subnet, whatever held it. */
export function removeInterface(world: World, networkInterfaceId: string): void {
  freeInterface(world, networkInterfaceId);
  setPublicAddress(world, networkInterfaceId, undefined);
  const row = networkInterfaceOf(world, networkInterfaceId);
  releaseAddress(world, subnetOf(world, row.subnetId), row.privateIpAddress);
  networkInterfaces(world).delete(networkInterfaceId);
  dropTags(world, networkInterfaceId);
}

/** Shows or hides a public address on an interface. */
export function setPublicAddress(world: World, networkInterfaceId: string, address: PublicAddress | undefined): void {
  const { publicAddress: former, ...row } = networkInterfaceOf(world, networkInterfaceId);
  if (former) ofPublicAddress(world).delete(former.publicIp);
  if (address) ofPublicAddress(world).put(address.publicIp, networkInterfaceId);
  networkInterfaces(world).put(networkInterfaceId, address ? { ...row, publicAddress: address } : row);
}
