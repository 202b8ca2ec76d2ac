import type { NetworkInterface, NetworkInterfaceType } from '@aws-sdk/client-ec2';
import type { World } from '../world.ts';
import { interfaceStatus, type NetworkInterfaceRow } from './networkInterfaces.ts';
import { ipName, publicDnsName } from './privateDnsNames.ts';
import { securityGroupOf } from './securityGroups.ts';
import { shownTags } from './tags.ts';
import { vpcOf } from './vpcs.ts';

/** An interface as EC2 shows it. */
export function shownInterface(world: World, row: NetworkInterfaceRow): NetworkInterface {
  const dnsName = vpcOf(world, row.vpcId).enableDnsHostnames
    ? { PrivateDnsName: ipName(world, row.privateIpAddress) }
    : {};
  const association = shownAssociation(world, row);
  return {
    NetworkInterfaceId: row.networkInterfaceId,
    VpcId: row.vpcId,
    SubnetId: row.subnetId,
    AvailabilityZone: row.zone,
    OwnerId: world.account,
    Description: row.description,
    // The SDK's type spells NAT gateways as the filter does; EC2 answers `nat_gateway`.
    InterfaceType: row.interfaceType as NetworkInterfaceType,
    MacAddress: row.macAddress,
    PrivateIpAddress: row.privateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: row.privateIpAddress, ...dnsName, ...association }],
    Ipv6Addresses: [],
    SourceDestCheck: row.sourceDestCheck,
    RequesterManaged: row.requesterId !== undefined,
    Groups: row.groupIds.map((id) => ({ GroupId: id, GroupName: securityGroupOf(world, id).groupName })),
    Status: interfaceStatus(world, row),
    TagSet: shownTags(world, row.networkInterfaceId),
    ...dnsName,
    ...association,
    ...(row.requesterId === undefined ? {} : { RequesterId: row.requesterId }),
    ...shownAttachment(world, row),
  };
}

function shownAttachment(world: World, row: NetworkInterfaceRow): Pick<NetworkInterface, 'Attachment'> {
  if (!row.attachment) return {};
  const { attachmentId, instanceId, deviceIndex, deleteOnTermination, attachTime } = row.attachment;
  const status = interfaceStatus(world, row);
  return {
    Attachment: {
      AttachmentId: attachmentId,
      AttachTime: new Date(attachTime),
      DeleteOnTermination: deleteOnTermination,
      DeviceIndex: deviceIndex,
      NetworkCardIndex: 0,
      Status: status === 'in-use' || status === 'available' ? 'attached' : status,
      ...(instanceId === undefined
        ? { InstanceOwnerId: row.requesterId ?? 'amazon-aws' }
        : { InstanceId: instanceId, InstanceOwnerId: world.account }),
    },
  };
}

function shownAssociation(world: World, { publicAddress }: NetworkInterfaceRow): Pick<NetworkInterface, 'Association'> {
  if (!publicAddress) return {};
  const { publicIp, allocationId, associationId } = publicAddress;
  return {
    Association: {
      PublicIp: publicIp,
      PublicDnsName: publicDnsName(world, publicIp),
      IpOwnerId: allocationId === undefined ? 'amazon' : world.account,
      ...(allocationId === undefined ? {} : { AllocationId: allocationId }),
      ...(associationId === undefined ? {} : { AssociationId: associationId }),
    },
  };
}
