import { CLUSTER_TAG, kubernetesClusterTag } from '../blueprint/tags.ts';
import type { Membership } from '../store/membership.ts';
import { listLoadBalancers } from './loadBalancers.ts';
import { isHomeVpc } from './membership.ts';
import { tagValue } from './tags.ts';
import { listTargetGroups } from './targetGroups.ts';

/** ARNs of load balancers that Kubernetes' Services made in the cluster's VPC; the API's own carries our tag besides. */
export async function findLeftLoadBalancers(membership: Membership): Promise<string[]> {
  return madeByKubernetes(membership, await listLoadBalancers());
}

/** ARNs of target groups that Kubernetes' Services made. */
export async function findLeftTargetGroups(membership: Membership): Promise<string[]> {
  return madeByKubernetes(membership, await listTargetGroups());
}

/** Tag of everything that the cloud controller manager makes for a Service; the deleting function's role asks for it. */
const serviceTag = 'kubernetes.io/service-name';

interface Tagged {
  readonly arn: string;
  readonly vpcId: string | undefined;
  readonly tags: Parameters<typeof tagValue>[0];
}

function madeByKubernetes(membership: Membership, found: readonly Tagged[]): string[] {
  return found
    .filter(({ vpcId }) => isHomeVpc(membership, vpcId))
    .filter(({ tags }) => tagValue(tags, kubernetesClusterTag(membership.clusterId)) === 'owned')
    .filter(({ tags }) => tagValue(tags, CLUSTER_TAG) === undefined)
    .filter(({ tags }) => tagValue(tags, serviceTag) !== undefined)
    .map(({ arn }) => arn);
}
