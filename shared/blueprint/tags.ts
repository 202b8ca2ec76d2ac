import type { ClusterIdentity } from './blueprint.ts';

/** What a resource is, in the value of `kubestep/resource` before the slash. */
export type ResourceKind =
  | 'vpc'
  | 'subnet'
  | 'internet-gateway'
  | 'elastic-ip'
  | 'nat-gateway'
  | 'route-table'
  | 'endpoint'
  | 'security-group'
  | 'role'
  | 'instance-profile'
  | 'key'
  | 'load-balancer'
  | 'target-group'
  | 'listener'
  | 'network-interface'
  | 'volume'
  | 'instance'
  | 'launch-template'
  | 'auto-scaling-group';

/** A resource's name within its cluster, as its tag holds it: `subnet/private-us-east-1a`. */
export type ResourceName = `${ResourceKind}/${string}`;

/** Tag whose value is the cluster's id: what is ours is found by it. */
export const CLUSTER_TAG = 'kubestep/cluster';

/** Tag whose value is the deployment's id: another deployment's clusters are invisible and out of reach. */
export const DEPLOYMENT_TAG = 'kubestep/deployment';

/** Tag that says which resource of the cluster this is: `subnet/private-us-east-1a`. */
export const RESOURCE_TAG = 'kubestep/resource';

/** Tag of a volume that stays when its cluster is deleted. */
export const KEEP_TAG = 'kubestep/keep';

/** Every tag key that only kubestep writes: resources/boundary.policy.yml names them too. */
export const kubestepTagKeys: readonly string[] = [CLUSTER_TAG, DEPLOYMENT_TAG, KEEP_TAG, RESOURCE_TAG];

/** Tag by which Kubernetes' own controllers know their cluster's resources. */
export const kubernetesClusterTag = (clusterId: string): string => `kubernetes.io/cluster/${clusterId}`;

/**
 * Tag that the volume driver puts on what it makes, so that a policy can distinguish this deployment's volumes from other CSI
 * drivers' in the account: `kubernetes.io/cluster/…` has the id in its key. Machines write it, so it proves nothing alone.
 */
export const VOLUME_DEPLOYMENT_TAG = 'kubestep.io/deployment';

/**
 * Prefixes that specs may not use in tags: ours, Kubernetes' and AWS'. Free tags never grant anything. The volume driver
 * refuses to start with any that begins with `kubernetes.io` (source: aws-ebs-csi-driver v1.64.0, validation.go).
 */
export const reservedTagPrefixes = [
  'aws:',
  'kubestep/',
  'kubestep.io/',
  'kubernetes.io',
  'k8s.io/',
  'ebs.csi.aws.com/',
  'elbv2.k8s.aws/',
] as const;

/** Tag keys that kubestep sets by itself. */
export const ownTagKeys = ['Name', 'environment'] as const;

/** By the first, cloud controllers of old knew their cluster, and copies of that code are still in use; the others are the volume driver's. */
export const reservedTagKeys = ['KubernetesCluster', 'CSIVolumeName', 'CSIVolumeSnapshotName'] as const;

/**
 * What the operator wants on everything, for what is never looked up by tags: interfaces that EC2 makes with a worker, and volumes
 * that the volume driver makes for claims.
 */
export const operatorTags = ({ tags, environment }: ClusterIdentity): Readonly<Record<string, string>> => ({
  ...tags,
  environment,
});

/** All tags of a resource. `further` are those that only it has, such as a subnet's role for Kubernetes' load balancers. */
export function tagsOf(
  cluster: ClusterIdentity,
  kind: ResourceKind,
  key: string,
  further: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return {
    ...cluster.tags,
    ...further,
    ...(isForKubernetes(kind, key) ? { [kubernetesClusterTag(cluster.id)]: 'owned' } : {}),
    Name: key === 'main' ? cluster.id : `${cluster.id}-${key}`,
    environment: cluster.environment,
    [DEPLOYMENT_TAG]: cluster.deploymentId,
    [CLUSTER_TAG]: cluster.id,
    [RESOURCE_TAG]: `${kind}/${key}`,
  };
}

/**
 * What the cloud controller manager must recognise: machines, route tables, and the one security group in which it opens
 * ports for load balancers. With a second tagged group on a machine it would refuse to choose.
 */
function isForKubernetes(kind: ResourceKind, key: string): boolean {
  if (kind === 'security-group') return key === 'workers';
  return kind === 'instance' || kind === 'route-table' || kind === 'auto-scaling-group';
}
