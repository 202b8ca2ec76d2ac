import { CreateTagsCommand, paginateDescribeVolumes } from '@aws-sdk/client-ec2';
import { KEEP_TAG, kubernetesClusterTag, VOLUME_DEPLOYMENT_TAG } from '../blueprint/tags.ts';
import { ec2 } from '../clients/ec2.ts';
import { deploymentId } from './deploymentId.ts';
import { idOf } from './ids.ts';
import { tagValue } from './tags.ts';
import { csiTag } from './volumes.ts';

/** A volume that the EBS CSI driver made. */
export interface KubernetesVolume {
  readonly id: string;
  readonly madeAt: Date | undefined;
  readonly isKept: boolean;
  /** Whether a driver that this deployment set up made it; others may call themselves by the cluster's id. */
  readonly isOfDeployment: boolean;
  readonly keyArn: string | undefined;
}

/** Volumes that the EBS CSI driver made for the cluster. */
export async function findKubernetesVolumes(clusterId: string): Promise<KubernetesVolume[]> {
  const found: KubernetesVolume[] = [];
  const Filters = [{ Name: `tag:${kubernetesClusterTag(clusterId)}`, Values: ['owned'] }];
  for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters })) {
    for (const { VolumeId, State, Tags, CreateTime: madeAt, KmsKeyId: keyArn } of page.Volumes ?? []) {
      if (tagValue(Tags, csiTag) === undefined || State?.startsWith('delet')) continue;
      found.push({
        id: idOf(VolumeId),
        madeAt,
        keyArn,
        isKept: tagValue(Tags, KEEP_TAG) !== undefined,
        isOfDeployment: tagValue(Tags, VOLUME_DEPLOYMENT_TAG) === deploymentId(),
      });
    }
  }
  return found;
}

/**
 * Which volumes may go with their cluster: those of its own driver that are not tagged to be kept and were made before it was last known
 * which claims outlive it. Of later ones nothing is known, so they stay.
 */
export function removableVolumes(volumes: readonly KubernetesVolume[], knownUntil: Date | undefined): string[] {
  const isKnown = ({ madeAt }: KubernetesVolume) =>
    madeAt !== undefined && knownUntil !== undefined && madeAt < knownUntil;
  return volumes.filter((volume) => volume.isOfDeployment && !volume.isKept && isKnown(volume)).map(({ id }) => id);
}

/** Resources of one CreateTags (source: EC2 API). */
const resourcesPerCall = 1000;

/** Tags volumes so that nothing of ours deletes them. */
export async function keepVolumes(ids: readonly string[]): Promise<void> {
  for (let first = 0; first < ids.length; first += resourcesPerCall) {
    const Resources = ids.slice(first, first + resourcesPerCall);
    await ec2.send(new CreateTagsCommand({ Resources, Tags: [{ Key: KEEP_TAG, Value: 'Retain' }] }));
  }
}
