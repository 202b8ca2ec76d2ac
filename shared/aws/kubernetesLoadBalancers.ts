import { CLUSTER_TAG, kubernetesClusterTag } from '../blueprint/tags.ts';
import { listLoadBalancers } from './loadBalancers.ts';
import { tagValue } from './tags.ts';
import { listTargetGroups } from './targetGroups.ts';

/** ARNs of load balancers that Kubernetes' Services made; the API's own carries our tag besides. */
export async function findLeftLoadBalancers(clusterId: string): Promise<string[]> {
  return madeByKubernetes(clusterId, await listLoadBalancers());
}

/** ARNs of target groups that Kubernetes' Services made. */
export async function findLeftTargetGroups(clusterId: string): Promise<string[]> {
  return madeByKubernetes(clusterId, await listTargetGroups());
}

/** Tag of everything that the cloud controller manager makes for a Service; the deleting function's role asks for it. */
const serviceTag = 'kubernetes.io/service-name';

type Tagged = { readonly arn: string; readonly tags: Parameters<typeof tagValue>[0] };

function madeByKubernetes(clusterId: string, found: readonly Tagged[]): string[] {
  return found
    .filter(({ tags }) => tagValue(tags, kubernetesClusterTag(clusterId)) === 'owned')
    .filter(({ tags }) => tagValue(tags, CLUSTER_TAG) === undefined)
    .filter(({ tags }) => tagValue(tags, serviceTag) !== undefined)
    .map(({ arn }) => arn);
}
