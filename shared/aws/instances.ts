import {
  type _InstanceType,
  type BlockDeviceMapping,
  type Filter,
  type InstanceMetadataOptionsRequest,
  paginateDescribeInstances,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, MachineBlueprint, SlotBlueprint } from '../blueprint/blueprint.ts';
import { InsufficientCapacity, NotReady } from '../step/errors.ts';
import { ec2 } from './clients/ec2.ts';
import { clientToken } from './clientToken.ts';
import { errorName, isNotFound } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor, tagValue } from './tags.ts';

export interface FoundInstance {
  readonly id: string;
  readonly key: string | undefined;
  readonly state: string;
  readonly vpcId: string | undefined;
  /** The Auto Scaling group that launched it. */
  readonly groupName: string | undefined;
  readonly networkInterfaceIds: readonly string[];
}

const aliveStates = ['pending', 'running', 'stopping', 'stopped'];

/** The cluster's machines that are not gone, workers among them. */
export async function findInstances(
  clusterId: string,
  states: readonly string[] = aliveStates,
): Promise<FoundInstance[]> {
  const filters = [...taggedFor(clusterId), { Name: 'instance-state-name', Values: [...states] }];
  return (await instancesMatching(filters, clusterId)).filter(({ key }) => key !== undefined);
}

async function instancesMatching(filters: Filter[], clusterId: string): Promise<FoundInstance[]> {
  const found: FoundInstance[] = [];
  for await (const page of paginateDescribeInstances({ client: ec2 }, { Filters: filters })) {
    for (const instance of page.Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? []) {
      found.push({
        id: idOf(instance.InstanceId),
        key: keyIn(instance.Tags, clusterId, 'instance'),
        state: instance.State?.Name ?? '',
        vpcId: instance.VpcId,
        groupName: tagValue(instance.Tags, 'aws:autoscaling:groupName'),
        networkInterfaceIds: (instance.NetworkInterfaces ?? []).map(({ NetworkInterfaceId }) =>
          idOf(NetworkInterfaceId),
        ),
      });
    }
  }
  return found;
}

/** The state of one instance: `unknown` while EC2 does not show it, or shows it no more. */
export async function instanceState(instanceId: string): Promise<string> {
  const [found] = await instancesMatching([{ Name: 'instance-id', Values: [instanceId] }], '');
  return found?.state ?? 'unknown';
}

/**
 * No pod may reach a machine's credentials: tokens are required and their answers do not cross a hop. What EC2 would take
 * from the account's defaults is said, too: the guard on machines knows the IPv4 endpoint only.
 */
export const metadataOptions = {
  HttpTokens: 'required',
  HttpPutResponseHopLimit: 1,
  HttpEndpoint: 'enabled',
  HttpProtocolIpv6: 'disabled',
  InstanceMetadataTags: 'disabled',
} as const satisfies InstanceMetadataOptionsRequest;

/** The name under which an image has its root volume. */
const rootDevices: Readonly<Record<MachineBlueprint['image'], string>> = {
  al2023: '/dev/xvda',
  ubuntu2404: '/dev/sda1',
};

/** The machine's root volume, encrypted with the cluster's key; it goes with the machine. */
export function rootVolume(machine: MachineBlueprint, keyArn: string): BlockDeviceMapping[] {
  const { type, sizeGiB, iops, throughputMiBps } = machine.rootVolume;
  const performance = { Iops: iops, ...(throughputMiBps !== undefined && { Throughput: throughputMiBps }) };
  return [
    {
      DeviceName: rootDevices[machine.image],
      Ebs: {
        VolumeType: type,
        VolumeSize: sizeGiB,
        ...performance,
        Encrypted: true,
        KmsKeyId: keyArn,
        DeleteOnTermination: true,
      },
    },
  ];
}

/** What a slot's machine is launched from, besides the slot. */
export interface LaunchParts {
  readonly networkInterfaceId: string;
  readonly profileName: string;
  readonly volumeKeyArn: string;
  readonly userData: string;
  /** Grows when a launch token is spent: see shared/store/machines.ts. */
  readonly attempt: number;
}

/** The launch token of this attempt belongs to an instance that is terminated: it will never launch another. */
export const launchTokenSpent = 'IdempotentInstanceTerminated';

/** Capacity errors: another instance type may have some (source: EC2 API, error codes of RunInstances). */
const capacityErrors: ReadonlySet<string> = new Set([
  'InsufficientInstanceCapacity',
  'Unsupported',
  'UnfulfillableCapacity',
]);

/**
 * Launches the slot's machine onto its interface and returns its id. The token makes a repeated call answer with the
 * instance that the first one launched. The first instance type that has capacity is taken.
 */
export async function launchInstance(
  cluster: ClusterIdentity,
  slot: SlotBlueprint,
  parts: LaunchParts,
): Promise<string> {
  const causes: string[] = [];
  for (const instanceType of slot.machine.instanceTypes) {
    try {
      const { Instances } = await ec2.send(runInstances(cluster, slot, parts, instanceType));
      return idOf(Instances?.[0]?.InstanceId);
    } catch (error) {
      if (!capacityErrors.has(errorName(error))) throw whileSettling(error, slot);
      causes.push(`${instanceType}: ${(error as Error).message}`);
    }
  }
  throw new InsufficientCapacity(`No machine for slot ${slot.key} in ${slot.zone}. ${causes.join(' ')}`);
}

function runInstances(cluster: ClusterIdentity, slot: SlotBlueprint, parts: LaunchParts, instanceType: string) {
  const resource = `instance/${slot.key}` as const;
  return new RunInstancesCommand({
    MinCount: 1,
    MaxCount: 1,
    ImageId: slot.machine.imageId,
    InstanceType: instanceType as _InstanceType,
    NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId: parts.networkInterfaceId }],
    // Named although the interface decides it: without a zone the token would count for the whole region.
    Placement: { AvailabilityZone: slot.zone },
    IamInstanceProfile: { Name: parts.profileName },
    UserData: Buffer.from(parts.userData).toString('base64'),
    MetadataOptions: metadataOptions,
    BlockDeviceMappings: rootVolume(slot.machine, parts.volumeKeyArn),
    ClientToken: clientToken(cluster.id, resource, parts.attempt, instanceType),
    TagSpecifications: [
      ...taggedAs('instance', cluster, resource),
      ...taggedAs('volume', cluster, `volume/root-${slot.key}`),
    ],
  });
}

/** A new profile reaches EC2 late, and an interface is free only some time after its last machine has gone. */
function whileSettling(error: unknown, slot: SlotBlueprint): unknown {
  const message = error instanceof Error ? error.message : '';
  const profileUnknown = errorName(error) === 'InvalidParameterValue' && message.includes('IAM Instance Profile');
  if (profileUnknown || isNotFound(error) || errorName(error) === 'InvalidNetworkInterface.InUse') {
    return new NotReady(`Slot ${slot.key} cannot be launched yet: ${message}`, { cause: error });
  }
  return error;
}

/** Source: EC2 API, TerminateInstances. */
const instancesPerTermination = 1000;

/** Terminates machines. One unknown id fails the whole call, so these must be ids just described. */
export async function terminateInstances(instanceIds: readonly string[]): Promise<void> {
  for (let first = 0; first < instanceIds.length; first += instancesPerTermination) {
    const InstanceIds = instanceIds.slice(first, first + instancesPerTermination);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  }
}
