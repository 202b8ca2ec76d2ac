import { AwsError, NotModelled } from '../errors.ts';
import type { World } from '../world.ts';
import type { InstanceType } from './instanceTypes.ts';
import type { LaunchParameters, NetworkInterfaceParameters } from './launchParameters.ts';
import { inUse } from './networkInterfaceAttachments.ts';
import { checkGroups } from './networkInterfaceCreation.ts';
import { networkInterfaceOf } from './networkInterfaces.ts';
import { subnetOf } from './subnets.ts';

/** One interface of a launch: an existing one, or one that the launch makes. */
export interface PlannedInterface {
  readonly deviceIndex: number;
  readonly existingId: string | undefined;
  readonly zone: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groupIds: readonly string[] | undefined;
  readonly privateIpAddress: string | undefined;
  readonly description: string | undefined;
  readonly deleteOnTermination: boolean;
  /** Whether EC2 lends it a public address, which goes with the instance. */
  readonly hasPublicAddress: boolean;
}

/** The interfaces of a launch, the primary one first. */
export function plannedInterfaces(
  world: World,
  parameters: LaunchParameters,
  type: InstanceType,
): readonly [PlannedInterface, ...PlannedInterface[]] {
  const wanted = requestedInterfaces(parameters);
  if (wanted.length > type.maximumNetworkInterfaces) {
    throw new AwsError(
      'AttachmentLimitExceeded',
      `Interface count ${wanted.length} exceeds the limit for ${type.name}`,
    );
  }
  const indices = new Set(wanted.map(({ DeviceIndex }) => DeviceIndex));
  if (indices.size < wanted.length || !indices.has(0)) {
    throw new AwsError(
      'InvalidParameterValue',
      'Each network interface requires a device index of its own, starting with 0.',
    );
  }
  const planned = wanted
    .map((each) => plannedInterface(world, each))
    .sort((left, right) => left.deviceIndex - right.deviceIndex);
  const [primary, ...others] = planned;
  if (!primary) throw new NotModelled('ec2', 'RunInstances', 'without a network interface');
  if (others.length > 0 && planned.some(({ hasPublicAddress }) => hasPublicAddress)) {
    throw new AwsError(
      'InvalidParameterCombination',
      'The associatePublicIPAddress parameter can only be specified for the network interface with device index 0, and only when launching with a single network interface.',
    );
  }
  if (others.some(({ zone }) => zone !== primary.zone)) {
    throw new AwsError('InvalidParameterCombination', 'All network interfaces must be in the same availability zone.');
  }
  return [primary, ...others];
}

/** Interfaces as they are listed, or the one that subnet and groups of the instance mean. */
function requestedInterfaces(parameters: LaunchParameters): NetworkInterfaceParameters[] {
  const { NetworkInterfaces, SubnetId, SecurityGroupIds } = parameters;
  if (NetworkInterfaces && NetworkInterfaces.length > 0) {
    if (SubnetId !== undefined) throw notWithInterfaces('subnet ID');
    if (SecurityGroupIds !== undefined) throw notWithInterfaces('security groups');
    return NetworkInterfaces;
  }
  if (SubnetId === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  return [{ DeviceIndex: 0, SubnetId, Groups: SecurityGroupIds }];
}

function notWithInterfaces(what: string): AwsError {
  return new AwsError(
    'InvalidParameterCombination',
    `Network interfaces and an instance-level ${what} may not be specified on the same request`,
  );
}

function plannedInterface(world: World, wanted: NetworkInterfaceParameters): PlannedInterface {
  if (wanted.DeviceIndex === undefined) {
    throw new AwsError('MissingParameter', 'Each network interface requires a device index.');
  }
  const deviceIndex = wanted.DeviceIndex;
  if (wanted.NetworkInterfaceId !== undefined) return existingInterface(world, wanted, deviceIndex);
  if (wanted.SubnetId === undefined) throw new AwsError('VPCIdNotSpecified', 'No default VPC for this user');
  const subnet = subnetOf(world, wanted.SubnetId);
  if (wanted.Groups) checkGroups(world, subnet.vpcId, wanted.Groups);
  return {
    deviceIndex,
    existingId: undefined,
    zone: subnet.zone.name,
    vpcId: subnet.vpcId,
    subnetId: subnet.subnetId,
    groupIds: wanted.Groups,
    privateIpAddress: wanted.PrivateIpAddress,
    description: wanted.Description,
    deleteOnTermination: wanted.DeleteOnTermination ?? true,
    hasPublicAddress: wanted.AssociatePublicIpAddress ?? subnet.mapPublicIpOnLaunch,
  };
}

function existingInterface(world: World, wanted: NetworkInterfaceParameters, deviceIndex: number): PlannedInterface {
  const { DeviceIndex: _, NetworkCardIndex: __, NetworkInterfaceId = '', DeleteOnTermination, ...others } = wanted;
  const row = networkInterfaceOf(world, NetworkInterfaceId);
  const [extra] = Object.entries(others).filter(([, value]) => value !== undefined);
  if (extra || DeleteOnTermination === true) {
    throw new AwsError(
      'InvalidParameterCombination',
      `A network interface ID may not be specified together with ${extra?.[0] ?? 'DeleteOnTermination'}`,
    );
  }
  if (row.attachment) throw inUse(NetworkInterfaceId);
  return {
    deviceIndex,
    existingId: NetworkInterfaceId,
    zone: row.zone,
    vpcId: row.vpcId,
    subnetId: row.subnetId,
    groupIds: row.groupIds,
    privateIpAddress: row.privateIpAddress,
    description: row.description,
    deleteOnTermination: false,
    hasPublicAddress: false,
  };
}
