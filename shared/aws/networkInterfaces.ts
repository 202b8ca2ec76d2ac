import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  type Filter,
  ModifyNetworkInterfaceAttributeCommand,
  type NetworkInterface,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { limits } from '../awsLimits.ts';
import type { ClusterIdentity, SlotBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { NotReady } from '../errors.ts';
import type { KnownResources } from '../store/resources.ts';
import { withToken } from './clientToken.ts';
import { errorName, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { requireShape, unordered } from './shape.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundNetworkInterface {
  readonly id: string;
  readonly key: string | undefined;
  readonly address: string | undefined;
  readonly vpcId: string | undefined;
  readonly subnetId: string | undefined;
  readonly securityGroupIds: readonly string[];
  readonly status: string;
  readonly sourceDestinationCheck: boolean;
  readonly instanceId: string | undefined;
  readonly description: string;
}

/** The interfaces of the cluster's slots. */
export async function findNetworkInterfaces(clusterId: string): Promise<FoundNetworkInterface[]> {
  return (await describe(taggedFor(clusterId), clusterId)).filter(({ key }) => key !== undefined);
}

const valuesPerFilter = limits.filterValues.value;

/** All interfaces, of any owner, that use one of these security groups. */
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
    vpcId: shown.VpcId,
    subnetId: shown.SubnetId,
    securityGroupIds: (shown.Groups ?? []).map(({ GroupId }) => idOf(GroupId)),
    status: shown.Status ?? '',
    sourceDestinationCheck: shown.SourceDestCheck ?? true,
    instanceId: shown.Attachment?.InstanceId,
    description: shown.Description ?? '',
  };
}

/** Where a slot's interface is, and who may reach it. */
export interface InterfacePlace {
  readonly subnetId: string;
  readonly securityGroupIds: readonly string[];
}

/** Ensures the slot's interface with its fixed address, and returns its id; the address names it until its id is stored. */
export async function ensureNetworkInterface(
  cluster: ClusterIdentity,
  slot: SlotBlueprint,
  place: InterfacePlace,
  known: KnownResources,
): Promise<string> {
  return known.idOf(`network-interface/${slot.key}`) ?? createNetworkInterface(cluster, slot, place);
}

async function createNetworkInterface(
  cluster: ClusterIdentity,
  slot: SlotBlueprint,
  { subnetId, securityGroupIds }: InterfacePlace,
): Promise<string> {
  const request = {
    SubnetId: subnetId,
    PrivateIpAddress: slot.address,
    Groups: [...securityGroupIds],
    Description: interfaceDescription(cluster, slot),
    TagSpecifications: taggedAs('network-interface', cluster, `network-interface/${slot.key}`),
  };
  try {
    const { NetworkInterface: created } = await settled(
      ec2.send(new CreateNetworkInterfaceCommand(withToken(request))),
    );
    return idOf(created?.NetworkInterfaceId);
  } catch (error) {
    if (errorName(error) !== 'InvalidIPAddress.InUse') throw error;
    return interfaceAt(cluster, slot, { subnetId, securityGroupIds });
  }
}

/** The interface that has the slot's address: ours, from a creation whose answer and token are lost, or somebody else's. */
async function interfaceAt(cluster: ClusterIdentity, slot: SlotBlueprint, place: InterfacePlace): Promise<string> {
  const [taker] = await describe(
    [
      { Name: 'subnet-id', Values: [place.subnetId] },
      { Name: 'addresses.private-ip-address', Values: [slot.address] },
    ],
    cluster.id,
  );
  if (!taker) throw new NotReady(`${slot.address} of slot ${slot.key} is taken, and EC2 does not show yet by what`);
  requireShape(`${taker.id} (${taker.description}), which has the address ${slot.address} of slot ${slot.key},`, {
    tag: [taker.key, slot.key],
    description: [taker.description, interfaceDescription(cluster, slot)],
    'security groups': [unordered(taker.securityGroupIds), unordered(place.securityGroupIds)],
    instance: [taker.instanceId, undefined],
  });
  return taker.id;
}

/** What a slot's interface says of itself. */
export const interfaceDescription = (cluster: ClusterIdentity, { key }: SlotBlueprint): string =>
  `${cluster.id} ${key}`;

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
