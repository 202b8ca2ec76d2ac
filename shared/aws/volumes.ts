import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  type Filter,
  paginateDescribeVolumes,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, SlotBlueprint, VolumeBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { NotReady } from '../errors.ts';
import type { KnownResources } from '../store/resources.ts';
import { withToken } from './clientToken.ts';
import { errorName, removed } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor, tagValue } from './tags.ts';

export interface FoundVolume {
  readonly id: string;
  /** The slot's key, or `root-KEY` for the root volume of its machine. */
  readonly key: string | undefined;
  readonly keyArn: string | undefined;
  readonly state: string;
  readonly attachedTo: string | undefined;
}

/** Where the slot's volume appears. On Nitro the system knows it by its volume id, not by this name. */
const dataDevice = '/dev/sdf';

/** What the EBS CSI driver puts on each volume that it makes (source: its documentation, "Volume tagging"). */
export const csiTag = 'ebs.csi.aws.com/cluster';

/** The cluster's own volumes. One that a StorageClass dressed in our tags still carries the driver's, and is not ours. */
export async function findVolumes(clusterId: string): Promise<FoundVolume[]> {
  return (await volumesMatching(taggedFor(clusterId), clusterId)).filter(({ key }) => key !== undefined);
}

/** Volumes that match, but for those of the EBS CSI driver unless they are asked for. */
export async function volumesMatching(
  filters: Filter[],
  clusterId: string,
  { csi = false }: { readonly csi?: boolean } = {},
): Promise<FoundVolume[]> {
  const found: FoundVolume[] = [];
  for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters: filters })) {
    for (const { VolumeId, KmsKeyId, State, Attachments, Tags } of page.Volumes ?? []) {
      if ((tagValue(Tags, csiTag) !== undefined) !== csi) continue;
      const key = keyIn(Tags, clusterId, 'volume');
      const attachedTo = Attachments?.[0]?.InstanceId;
      found.push({ id: idOf(VolumeId), key, keyArn: KmsKeyId, state: State ?? '', attachedTo });
    }
  }
  return found;
}

/**
 * Ensures the slot's encrypted volume, and returns its id. None is ever taken over, also where the token of a lost answer has
 * ended: what is written on it decides what the cluster's data is, and neither tags nor properties say anything of that.
 */
export async function ensureVolume(
  cluster: ClusterIdentity,
  slot: SlotBlueprint & { readonly volume: VolumeBlueprint },
  keyArn: string,
  known: KnownResources,
): Promise<string> {
  const resource = `volume/${slot.key}` as const;
  return known.idOf(resource) ?? createVolume(cluster, slot, keyArn);
}

async function createVolume(
  cluster: ClusterIdentity,
  slot: SlotBlueprint & { readonly volume: VolumeBlueprint },
  keyArn: string,
): Promise<string> {
  const request = {
    AvailabilityZone: slot.zone,
    VolumeType: slot.volume.type,
    Size: slot.volume.sizeGiB,
    Iops: slot.volume.iops,
    ...(slot.volume.throughputMiBps !== undefined && { Throughput: slot.volume.throughputMiBps }),
    Encrypted: true,
    KmsKeyId: keyArn,
    TagSpecifications: taggedAs('volume', cluster, `volume/${slot.key}`),
  };
  const { VolumeId } = await ec2.send(new CreateVolumeCommand(withToken(request)));
  return idOf(VolumeId);
}

/** Attaches the volume to a running instance of its zone; done already is fine. */
export async function attachVolume(volumeId: string, instanceId: string): Promise<void> {
  const command = new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: dataDevice });
  try {
    await ec2.send(command);
  } catch (error) {
    const { attachedTo } = (await volumesMatching([{ Name: 'volume-id', Values: [volumeId] }], ''))[0] ?? {};
    if (attachedTo === instanceId) return;
    if (!['IncorrectState', 'VolumeInUse'].includes(errorName(error))) throw error;
    throw new NotReady(`${volumeId} cannot be attached to ${instanceId} yet: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Deletes the volume; waits while an instance holds it. */
export async function removeVolume(volumeId: string): Promise<void> {
  await removed(volumeId, ec2.send(new DeleteVolumeCommand({ VolumeId: volumeId })));
}
