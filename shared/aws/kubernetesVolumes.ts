import { paginateDescribeVolumes } from '@aws-sdk/client-ec2';
import { kubernetesClusterTag } from '../blueprint/tags.ts';
import { ec2 } from './clients/ec2.ts';
import { idOf } from './ids.ts';
import { tagValue } from './tags.ts';
import { csiTag } from './volumes.ts';

/** A volume with this tag outlives its cluster. */
export const keepTag = 'kubestep/keep';

/** Volumes that the EBS CSI driver made, apart into those that go with the cluster and those that are kept. */
export async function findKubernetesVolumes(clusterId: string): Promise<{ removable: string[]; kept: string[] }> {
  const removable: string[] = [];
  const kept: string[] = [];
  const Filters = [{ Name: `tag:${kubernetesClusterTag(clusterId)}`, Values: ['owned'] }];
  for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters })) {
    for (const { VolumeId, State, Tags } of page.Volumes ?? []) {
      if (tagValue(Tags, csiTag) === undefined || State?.startsWith('delet')) continue;
      (tagValue(Tags, keepTag) === undefined ? removable : kept).push(idOf(VolumeId));
    }
  }
  return { removable, kept };
}
