import type { Filter, ResourceType, Tag, TagSpecification } from '@aws-sdk/client-ec2';
import type { ClusterIdentity } from '../blueprint/blueprint.ts';
import { clusterTag, resourceTag, tagsOf } from '../blueprint/tags.ts';

/** A resource's name within its cluster, as its tag holds it: `subnet/private-us-east-1a`. */
export type ResourceName = `${string}/${string}`;

type AwsTags = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;

/** A resource's tags as most services take them. */
export function awsTags(
  cluster: ClusterIdentity,
  resource: ResourceName,
  more: Readonly<Record<string, string>> = {},
): { Key: string; Value: string }[] {
  return Object.entries({ ...tagsOf(cluster, resource), ...more }).map(([Key, Value]) => ({ Key, Value }));
}

/** The tags that an EC2 create gives to its resource in the same call. */
export function taggedAs(
  type: ResourceType,
  cluster: ClusterIdentity,
  resource: ResourceName,
  more?: Readonly<Record<string, string>>,
): TagSpecification[] {
  return [{ ResourceType: type, Tags: awsTags(cluster, resource, more) as Tag[] }];
}

/** EC2 filters for everything of one kind that belongs to a cluster. */
export function ownedBy(clusterId: string, kind: string): Filter[] {
  return [
    { Name: `tag:${clusterTag}`, Values: [clusterId] },
    { Name: `tag:${resourceTag}`, Values: [`${kind}/*`] },
  ];
}

/** The value of one tag. */
export function tagValue(tags: AwsTags, key: string): string | undefined {
  return tags?.find((tag) => tag.Key === key)?.Value;
}

/** The blueprint's key of a resource of this kind and cluster, from its tags; undefined for anything else. */
export function keyIn(tags: AwsTags, clusterId: string, kind: string): string | undefined {
  const resource = tagValue(tags, resourceTag);
  const ours = tagValue(tags, clusterTag) === clusterId && resource?.startsWith(`${kind}/`);
  return ours ? resource?.slice(kind.length + 1) : undefined;
}
