import type { Filter, ResourceType, TagSpecification } from '@aws-sdk/client-ec2';
import type { ClusterIdentity } from '../blueprint/blueprint.ts';
import {
  CLUSTER_TAG,
  DEPLOYMENT_TAG,
  RESOURCE_TAG,
  type ResourceKind,
  type ResourceName,
  tagsOf,
} from '../blueprint/tags.ts';
import { deploymentId } from './deploymentId.ts';

type AwsTags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;

/** A resource's tags as most services take them. */
export function awsTags(
  cluster: ClusterIdentity,
  resource: ResourceName,
  further?: Readonly<Record<string, string>>,
): { Key: string; Value: string }[] {
  const slash = resource.indexOf('/');
  const kind = resource.slice(0, slash) as ResourceKind;
  return plainTags(tagsOf(cluster, kind, resource.slice(slash + 1), further));
}

/** Tags by key, as most services take them. */
export const plainTags = (tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** The tags that an EC2 create gives to its resource in the same call. */
export function taggedAs(
  type: ResourceType,
  cluster: ClusterIdentity,
  resource: ResourceName,
  further?: Readonly<Record<string, string>>,
): TagSpecification[] {
  return [{ ResourceType: type, Tags: awsTags(cluster, resource, further) }];
}

/**
 * Filters for everything that wears this deployment's tags and the cluster's. Exact values only: not every Describe call takes
 * wildcards. The kind of each resource is read from the tags in the answer (`keyIn`).
 */
export function taggedFor(clusterId: string): Filter[] {
  return [
    { Name: `tag:${DEPLOYMENT_TAG}`, Values: [deploymentId()] },
    { Name: `tag:${CLUSTER_TAG}`, Values: [clusterId] },
  ];
}

/** The value of one tag. */
export function tagValue(tags: AwsTags, key: string): string | undefined {
  return tags?.find((tag) => tag.Key === key)?.Value;
}

/** The blueprint's key of a resource of this kind, cluster and deployment, from its tags; undefined for anything else. */
export function keyIn(tags: AwsTags, clusterId: string, kind: ResourceKind): string | undefined {
  const resource = tagValue(tags, RESOURCE_TAG);
  const isOurs = tagValue(tags, DEPLOYMENT_TAG) === deploymentId() && tagValue(tags, CLUSTER_TAG) === clusterId;
  return isOurs && resource?.startsWith(`${kind}/`) ? resource?.slice(kind.length + 1) : undefined;
}
