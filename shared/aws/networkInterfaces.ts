import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  type Filter,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, SlotBlueprint } from '../blueprint/blueprint.ts';
import { Conflict, NotReady } from '../step/errors.ts';
import { ec2 } from './clients/ec2.ts';
import { clientToken } from './clientToken.ts';
import { errorName, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundNetworkInterface {
  readonly id: string;
  readonly key: string | undefined;
  readonly address: string | undefined;
  readonly subnetId: string | undefined;
  readonly status: string;
  readonly sourceDestinationCheck: boolean;
  readonly instanceId: string | undefined;
  readonly description: string;
}

/** The interfaces of the cluster's slots. */
export async function findNetworkInterfaces(clusterId: string): Promise<FoundNetworkInterface[]> {
  return (await describe(taggedFor(clusterId), clusterId)).filter(({ key }) => key !== undefined);
}

/** Source: EC2 API, values of one filter. */
const valuesPerFilter = 200;

/** All interfaces, whoever made them, that use one of these security groups. */
export async function interfacesUsing(securityGroupIds: readonly string[]): Promise<FoundNetworkInterface[]> {
  const found: FoundNetworkInterface[] = [];
  for (let first = 0; first < securityGroupIds.length; first += valuesPerFilter) {
    const Values = securityGroupIds.slice(first, first + valuesPerFilter);
    found.push(...(await describe([{ Name: 'group-id', Values }], '')));
  }
  return found;
}

async function describe(filters: Filter[], clusterId: string): Promise<FoundNetworkInterface[]> {
  const found: FoundNetworkInterface[] = [];
  for await (const page of paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters: filters })) {
    found.push(...(page.NetworkInterfaces ?? []).map((shown) => foundIn(shown, clusterId)));
  }
  return found;
}

function foundIn(shown: NetworkInterface, clusterId: string): FoundNetworkInterface {
  return {
    id: idOf(shown.NetworkInterfaceId),
    key: keyIn(shown.TagSet, clusterId, 'network-interface'),
    address: shown.PrivateIpAddress,
    subnetId: shown.SubnetId,
    status: shown.Status ?? '',
    sourceDestinationCheck: shown.SourceDestCheck ?? true,
    instanceId: shown.Attachment?.InstanceId,
    description: shown.Description ?? '',
  };
}

/** Ensures the slot's interface with its fixed address among those already found, and returns its id. */
export async function ensureNetworkInterface(
  cluster: ClusterIdentity,
  slot: SlotBlueprint,
  place: { readonly subnetId: string; readonly securityGroupIds: readonly string[] },
  found: readonly FoundNetworkInterface[],
): Promise<string> {
  const existing = found.find(({ key }) => key === slot.key);
  if (existing && (existing.address !== slot.address || existing.subnetId !== place.subnetId)) {
    throw new Conflict(
      `${existing.id} carries the tags of slot ${slot.key} but is ${existing.address} in ${existing.subnetId}; ` +
        `wanted ${slot.address} in ${place.subnetId}. Remove its tags or the interface, then resume.`,
    );
  }
  return existing?.id ?? createNetworkInterface(cluster, slot, place);
}

async function createNetworkInterface(
  cluster: ClusterIdentity,
  slot: SlotBlueprint,
  { subnetId, securityGroupIds }: { readonly subnetId: string; readonly securityGroupIds: readonly string[] },
): Promise<string> {
  const resource = `network-interface/${slot.key}` as const;
  const command = new CreateNetworkInterfaceCommand({
    SubnetId: subnetId,
    PrivateIpAddress: slot.address,
    Groups: [...securityGroupIds],
    Description: `${cluster.id} ${slot.key}`,
    ClientToken: clientToken(cluster.id, resource, subnetId, slot.address),
    TagSpecifications: taggedAs('network-interface', cluster, resource),
  });
  try {
    const { NetworkInterface: created } = await settled(ec2.send(command));
    return idOf(created?.NetworkInterfaceId);
  } catch (error) {
    if (errorName(error) !== 'InvalidIPAddress.InUse') throw error;
    throw new NotReady(
      `${slot.address} of slot ${slot.key} is taken, by an interface that does not show our tags (yet)`,
      { cause: error },
    );
  }
}

/** Lets the interface forward packets that are neither from nor to itself: pods' own addresses on the VPC's network. */
export async function allowForeignAddresses(networkInterfaceId: string): Promise<void> {
  await settled(
    ec2.send(
      new ModifyNetworkInterfaceAttributeCommand({
        NetworkInterfaceId: networkInterfaceId,
        SourceDestCheck: { Value: false },
      }),
    ),
  );
}

/** Deletes the interface; waits while an instance still holds it. */
export async function removeNetworkInterface(networkInterfaceId: string): Promise<void> {
  await removed(
    networkInterfaceId,
    ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: networkInterfaceId })),
  );
}
