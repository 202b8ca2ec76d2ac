import { AwsError } from '../errors.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, type World } from '../world.ts';
import { type InterfaceType, type NetworkInterfaceRow, networkInterfaces } from './networkInterfaces.ts';
import { chooseAddress, takeAddress } from './privateAddresses.ts';
import { securityGroupOf } from './securityGroups.ts';
import { subnetOf } from './subnets.ts';
import { putTags } from './tags.ts';
import { visibleSoon } from './visibility.ts';
import { vpcOf } from './vpcs.ts';

export interface NewInterface {
  readonly subnetId: string;
  /** The VPC's default group when missing; none when empty. */
  readonly groupIds?: readonly string[] | undefined;
  readonly privateIpAddress?: string | undefined;
  readonly description?: string | undefined;
  readonly interfaceType?: InterfaceType;
  readonly requesterId?: string;
  readonly sourceDestCheck?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Makes an interface in a subnet after EC2's checks: its groups, its address, the quotas. */
export function addInterface(world: World, wanted: NewInterface): NetworkInterfaceRow {
  const subnet = subnetOf(world, wanted.subnetId);
  const vpc = vpcOf(world, subnet.vpcId);
  const groupIds = wanted.groupIds ?? [vpc.defaultSecurityGroupId];
  checkGroups(world, vpc.vpcId, groupIds);
  checkInterfaceQuota(world, 1);
  const networkInterfaceId = newId(world, 'eni');
  const row: NetworkInterfaceRow = {
    networkInterfaceId,
    vpcId: vpc.vpcId,
    subnetId: subnet.subnetId,
    zone: subnet.zone.name,
    description: wanted.description ?? '',
    privateIpAddress: takeAddress(world, subnet, networkInterfaceId, wanted.privateIpAddress),
    macAddress: macAddress(world),
    groupIds,
    sourceDestCheck: wanted.sourceDestCheck ?? true,
    interfaceType: wanted.interfaceType ?? 'interface',
    ...(wanted.requesterId === undefined ? {} : { requesterId: wanted.requesterId }),
    ...visibleSoon(world),
  };
  networkInterfaces(world).put(networkInterfaceId, row);
  putTags(world, 'network-interface', networkInterfaceId, wanted.tags ?? {});
  return row;
}

/** Refuses several interfaces, each in a subnet of its own, before the first of them is made. */
export function checkRoomFor(
  world: World,
  wanted: readonly { readonly subnetId: string; readonly privateIpAddress?: string | undefined }[],
): void {
  checkInterfaceQuota(world, wanted.length);
  for (const { subnetId, privateIpAddress } of wanted)
    chooseAddress(world, subnetOf(world, subnetId), privateIpAddress);
}

function checkInterfaceQuota(world: World, count: number): void {
  if (networkInterfaces(world).size + count <= quotaOf(world, 'L-DF5E4CA3')) return;
  throw new AwsError('NetworkInterfaceLimitExceeded', 'The maximum number of network interfaces has been reached.');
}

/** Refuses groups that do not exist, lie in another VPC or are too many for one interface. */
export function checkGroups(world: World, vpcId: string, groupIds: readonly string[]): void {
  if (groupIds.length > quotaOf(world, 'L-2AFB9258')) {
    throw new AwsError(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  }
  for (const groupId of groupIds) {
    if (securityGroupOf(world, groupId).vpcId === vpcId) continue;
    throw new AwsError(
      'InvalidParameterValue',
      `Security group ${groupId} and the subnet belong to different networks.`,
    );
  }
}

/** A locally administered address, as EC2's interfaces have. */
function macAddress(world: World): string {
  const digits = world.random.hex(10);
  return ['0e', ...(digits.match(/../g) ?? [])].join(':');
}
