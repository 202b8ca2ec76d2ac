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
import { ec2 } from '../clients/ec2.ts';
import { Conflict, InsufficientCapacity, NotReady } from '../errors.ts';
import { withToken } from './clientToken.ts';
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
  /** The token that it was launched with. */
  readonly clientToken: string | undefined;
}

const aliveStates = ['pending', 'running', 'stopping', 'stopped'];

/** Of an instance that still holds its interfaces and volumes, or is about to give them back. */
export const existingStates: readonly string[] = [...aliveStates, 'shutting-down'];

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
        clientToken: instance.ClientToken,
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
 * instance that the first one launched; when tokens have ended, the interface shows which it was. The first instance type
 * that has capacity is taken.
 */
export async function launchInstance(
  cluster: ClusterIdentity,
  slot: SlotBlueprint,
  parts: LaunchParts,
): Promise<string> {
  const causes: string[] = [];
  const requests = slot.machine.instanceTypes.map((type) => launchRequest(cluster, slot, parts, type));
  for (const request of requests) {
    try {
      const { Instances } = await ec2.send(new RunInstancesCommand(request));
      return idOf(Instances?.[0]?.InstanceId);
    } catch (error) {
      if (errorName(error) === interfaceInUse) return machineOn(parts.networkInterfaceId, slot, requests, error);
      if (!capacityErrors.has(errorName(error))) throw whileSettling(error, slot);
      causes.push(`${request.InstanceType}: ${(error as Error).message}`);
    }
  }
  throw new InsufficientCapacity(`No machine for slot ${slot.key} in ${slot.zone}. ${causes.join(' ')}`);
}

function launchRequest(cluster: ClusterIdentity, slot: SlotBlueprint, parts: LaunchParts, instanceType: string) {
  const resource = `instance/${slot.key}` as const;
  const request = {
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
    TagSpecifications: [
      ...taggedAs('instance', cluster, resource),
      ...taggedAs('volume', cluster, `volume/root-${slot.key}`),
    ],
  };
  return withToken(request, parts.attempt);
}

const interfaceInUse = 'InvalidNetworkInterface.InUse';

/**
 * The machine that an earlier try launched onto the slot's interface, whose answer and token are lost: the one with the token
 * of one of these requests. The interface is free only some time after its last machine has gone.
 */
async function machineOn(
  networkInterfaceId: string,
  { key }: SlotBlueprint,
  requests: readonly { readonly ClientToken: string }[],
  cause: unknown,
): Promise<string> {
  const onInterface = { Name: 'network-interface.network-interface-id', Values: [networkInterfaceId] };
  const aliveOnly = { Name: 'instance-state-name', Values: aliveStates };
  const [holder] = await instancesMatching([onInterface, aliveOnly], '');
  if (!holder) throw new NotReady(`Slot ${key} cannot be launched yet: ${networkInterfaceId} is in use`, { cause });
  if (requests.some(({ ClientToken }) => ClientToken === holder.clientToken)) return holder.id;
  throw new Conflict(
    `${holder.id} is on the interface of slot ${key}, ${networkInterfaceId}, and was not launched as this try would launch it: ` +
      'by an earlier try with another bundle or release, or by somebody else. Terminate it, then resume.',
  );
}

/** A new profile reaches EC2 late. */
function whileSettling(error: unknown, slot: SlotBlueprint): unknown {
  const message = error instanceof Error ? error.message : '';
  const profileUnknown = errorName(error) === 'InvalidParameterValue' && message.includes('IAM Instance Profile');
  if (profileUnknown || isNotFound(error)) {
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
