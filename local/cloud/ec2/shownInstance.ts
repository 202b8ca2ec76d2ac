import type { Instance, InstanceNetworkInterface, Reservation } from '@aws-sdk/client-ec2';
import type { World } from '../world.ts';
import { type InstanceRow, instanceState, stateCodes } from './instances.ts';
import { instanceTypeOf } from './instanceTypes.ts';
import { interfacesOfInstance, type NetworkInterfaceRow } from './networkInterfaces.ts';
import { shownInterface } from './shownInterface.ts';
import { shownTags } from './tags.ts';
import { attachedVolumes } from './volumeAttachments.ts';
import { attachmentState } from './volumes.ts';

/** Instances of one launch as EC2 answers them. */
export function shownReservation(world: World, rows: readonly InstanceRow[]): Reservation {
  return {
    ReservationId: rows[0]?.reservationId,
    OwnerId: world.account,
    Groups: [],
    ...(rows[0]?.groupName === undefined ? {} : { RequesterId: 'AROAAUTOSCALING' }),
    Instances: rows.map((row) => shownInstance(world, row)),
  };
}

/** Instances grouped by the launch that made them. */
export function shownReservations(world: World, rows: readonly InstanceRow[]): Reservation[] {
  const byReservation = new Map<string, InstanceRow[]>();
  for (const row of rows) {
    const group = byReservation.get(row.reservationId);
    if (group) group.push(row);
    else byReservation.set(row.reservationId, [row]);
  }
  return [...byReservation.values()].map((group) => shownReservation(world, group));
}

export function shownState(world: World, instance: InstanceRow) {
  const state = instanceState(world, instance);
  return { Name: state, Code: stateCodes[state] };
}

/** An instance as EC2 answers it. A terminated one has lost its network and its volumes. */
export function shownInstance(world: World, instance: InstanceRow): Instance {
  const interfaces = interfacesOfInstance(world, instance.instanceId);
  const [primary] = interfaces;
  const type = instanceTypeOf(instance.instanceType);
  return {
    InstanceId: instance.instanceId,
    ImageId: instance.imageId,
    InstanceType: instance.instanceType as NonNullable<Instance['InstanceType']>,
    Architecture: instance.architecture,
    State: shownState(world, instance),
    StateReason: instance.stateReason && { Code: instance.stateReason.code, Message: instance.stateReason.message },
    StateTransitionReason: transitionReason(instance),
    LaunchTime: new Date(instance.startedAt),
    AmiLaunchIndex: instance.launchIndex,
    ClientToken: instance.clientToken,
    Placement: {
      AvailabilityZone: instance.zone,
      AvailabilityZoneId: world.zones.find(({ name }) => name === instance.zone)?.id,
      GroupName: '',
      Tenancy: 'default',
    },
    Monitoring: { State: instance.detailedMonitoring ? 'enabled' : 'disabled' },
    EbsOptimized: instance.ebsOptimized,
    EnaSupport: true,
    Hypervisor: 'xen',
    VirtualizationType: 'hvm',
    RootDeviceName: instance.rootDeviceName,
    RootDeviceType: 'ebs',
    PlatformDetails: 'Linux/UNIX',
    UsageOperation: 'RunInstances',
    CpuOptions: { CoreCount: type?.vcpus, ThreadsPerCore: 1 },
    MetadataOptions: { ...instance.metadata, State: 'applied' },
    IamInstanceProfile: instance.instanceProfile && {
      Arn: instance.instanceProfile.arn,
      Id: instance.instanceProfile.id,
    },
    ...(instance.market === 'spot' ? { InstanceLifecycle: 'spot' as const } : {}),
    ...networkOf(world, instance, primary),
    NetworkInterfaces: interfaces.map((row) => shownAttachedInterface(world, row)),
    BlockDeviceMappings: attachedVolumes(world, instance.instanceId).flatMap(({ volumeId, attachment }) =>
      attachment
        ? {
            DeviceName: attachment.device,
            Ebs: {
              VolumeId: volumeId,
              Status: attachmentState(world, attachment),
              DeleteOnTermination: attachment.deleteOnTermination,
              AttachTime: new Date(attachment.requestedAt),
            },
          }
        : [],
    ),
    Tags: shownTags(world, instance.instanceId),
  };
}

function networkOf(world: World, instance: InstanceRow, primary: NetworkInterfaceRow | undefined): Partial<Instance> {
  if (!primary) return { SecurityGroups: [], PrivateDnsName: '', PublicDnsName: '' };
  const shown = shownInterface(world, primary);
  return {
    VpcId: instance.vpcId,
    SubnetId: instance.subnetId,
    PrivateIpAddress: primary.privateIpAddress,
    PrivateDnsName: shown.PrivateDnsName ?? '',
    PublicDnsName: shown.Association?.PublicDnsName ?? '',
    PublicIpAddress: shown.Association?.PublicIp,
    SourceDestCheck: primary.sourceDestCheck,
    SecurityGroups: shown.Groups,
  };
}

function shownAttachedInterface(world: World, row: NetworkInterfaceRow): InstanceNetworkInterface {
  const { Attachment, Association, ...shown } = shownInterface(world, row);
  return {
    NetworkInterfaceId: shown.NetworkInterfaceId,
    VpcId: shown.VpcId,
    SubnetId: shown.SubnetId,
    OwnerId: shown.OwnerId,
    Description: shown.Description,
    InterfaceType: shown.InterfaceType,
    MacAddress: shown.MacAddress,
    PrivateDnsName: shown.PrivateDnsName,
    PrivateIpAddress: shown.PrivateIpAddress,
    PrivateIpAddresses: shown.PrivateIpAddresses,
    Ipv6Addresses: [],
    SourceDestCheck: shown.SourceDestCheck,
    Status: shown.Status,
    Groups: shown.Groups,
    Attachment: Attachment && {
      AttachmentId: Attachment.AttachmentId,
      AttachTime: Attachment.AttachTime,
      DeleteOnTermination: Attachment.DeleteOnTermination,
      DeviceIndex: Attachment.DeviceIndex,
      NetworkCardIndex: 0,
      Status: Attachment.Status,
    },
    Association: Association && {
      IpOwnerId: Association.IpOwnerId,
      PublicDnsName: Association.PublicDnsName,
      PublicIp: Association.PublicIp,
    },
  };
}

function transitionReason({ terminating, stopping }: InstanceRow): string {
  const ending = terminating ?? stopping;
  if (!ending) return '';
  const time = new Date(ending.requestedAt).toISOString().slice(0, 19).replace('T', ' ');
  return `User initiated (${time} GMT)`;
}
