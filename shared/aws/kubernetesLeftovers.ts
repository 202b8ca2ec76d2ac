import { paginateDescribeSecurityGroups, paginateDescribeVolumes } from '@aws-sdk/client-ec2';
import { CLUSTER_TAG, kubernetesClusterTag } from '../blueprint/tags.ts';
import { ec2 } from './clients/ec2.ts';
import { idOf } from './ids.ts';
import { tagValue } from './tags.ts';
import { csiTag } from './volumes.ts';

/** A volume with this tag outlives its cluster. */
export const keepTag = 'kubestep/keep';

/** Filter for what Kubernetes' own controllers made for the cluster. */
const madeByKubernetes = (clusterId: string) => [{ Name: `tag:${kubernetesClusterTag(clusterId)}`, Values: ['owned'] }];

/** Security groups that the cloud controller manager made; ours carry our tag besides. */
export async function findLeftSecurityGroups(clusterId: string): Promise<string[]> {
  const ids: string[] = [];
  const pages = paginateDescribeSecurityGroups({ client: ec2 }, { Filters: madeByKubernetes(clusterId) });
  for await (const page of pages) {
    for (const { GroupId, Tags } of page.SecurityGroups ?? []) {
      if (tagValue(Tags, CLUSTER_TAG) === undefined) ids.push(idOf(GroupId));
    }
  }
  return ids;
}

/** Volumes that the EBS CSI driver made, apart into those that go with the cluster and those that are kept. */
export async function findLeftVolumes(clusterId: string): Promise<{ removable: string[]; kept: string[] }> {
  const removable: string[] = [];
  const kept: string[] = [];
  for await (const page of paginateDescribeVolumes({ client: ec2 }, { Filters: madeByKubernetes(clusterId) })) {
    for (const { VolumeId, State, Tags } of page.Volumes ?? []) {
      if (tagValue(Tags, csiTag) === undefined || State?.startsWith('delet')) continue;
      (tagValue(Tags, keepTag) === undefined ? removable : kept).push(idOf(VolumeId));
    }
  }
  return { removable, kept };
}
