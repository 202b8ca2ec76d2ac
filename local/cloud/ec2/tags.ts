import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { nowOf, tableOf, type World } from '../world.ts';
import { notFound, type ResourceType, typeOfId } from './resourceTypes.ts';

/** The tags of one resource. Every taggable resource has this row for as long as it exists, be it empty. */
export interface TagSet {
  readonly resourceId: string;
  readonly resourceType: ResourceType;
  readonly tags: Readonly<Record<string, string>>;
  /** From when policies see the tags that the resource was created with. */
  readonly countedAt: number;
}

export const tagSets = tableOf<TagSet>('ec2.tags');

/** Source: EC2 user guide, "Tag restrictions". */
const limits = { tags: 50, keyLength: 128, valueLength: 256 };

export const tagInput = z.strictObject({ Key: z.string(), Value: z.string().default('') });

/** The `TagSpecifications` parameter of every create. */
export const tagSpecificationsInput = z
  .array(z.strictObject({ ResourceType: z.string(), Tags: z.array(tagInput) }))
  .optional();

export type TagSpecifications = z.infer<typeof tagSpecificationsInput>;
type Tag = z.infer<typeof tagInput>;

/**
 * The tags that a create gives to its resource of `type`. `others` are further types that the operation may tag, such as
 * the volumes of RunInstances. Refuses what EC2 refuses.
 */
export function tagsFor(
  type: ResourceType,
  specifications: TagSpecifications,
  others: readonly ResourceType[] = [],
): Record<string, string> {
  for (const { ResourceType: named } of specifications ?? []) {
    if (named === type || others.some((other) => other === named)) continue;
    throw new AwsError('InvalidParameterValue', `'${named}' is not a valid taggable resource type for this operation.`);
  }
  const tags = (specifications ?? []).filter(({ ResourceType: named }) => named === type).flatMap(({ Tags }) => Tags);
  return checkedTags(tags);
}

/** The tags as a record, after EC2's restrictions on keys, values and their number. */
export function checkedTags(tags: readonly Tag[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (const { Key, Value } of tags) {
    if (Key.toLowerCase().startsWith('aws:')) {
      throw new AwsError('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`);
    }
    if (Key.length === 0 || Key.length > limits.keyLength) {
      throw new AwsError('InvalidParameterValue', `Tag key exceeds the maximum length of 128 characters or is empty`);
    }
    if (Value.length > limits.valueLength) {
      throw new AwsError('InvalidParameterValue', `Tag value exceeds the maximum length of 256 characters`);
    }
    if (Object.hasOwn(record, Key)) {
      throw new AwsError('InvalidParameterValue', `Duplicate tag key '${Key}' specified.`);
    }
    record[Key] = Value;
  }
  if (Object.keys(record).length > limits.tags) throw tooManyTags();
  return record;
}

export function tooManyTags(): AwsError {
  return new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.');
}

/** Whether these are more tags than a resource may have; AWS's own do not count. */
export function exceedsTagLimit(tags: Readonly<Record<string, string>>): boolean {
  return Object.keys(tags).filter((key) => !key.startsWith('aws:')).length > limits.tags;
}

/** Makes a new resource taggable, and known to CreateTags, DescribeTags and IAM. */
export function putTags(
  world: World,
  resourceType: ResourceType,
  resourceId: string,
  tags: Readonly<Record<string, string>>,
): void {
  const earlier = tagSets(world).get(resourceId);
  const countedAt = earlier?.countedAt ?? nowOf(world) + world.delays.of('newTagAuthorisation');
  tagSets(world).put(resourceId, { resourceId, resourceType, tags, countedAt });
}

/** Forgets the tags of a resource that is gone. */
export function dropTags(world: World, resourceId: string): void {
  tagSets(world).delete(resourceId);
}

const noTags: Readonly<Record<string, string>> = {};

/** The tags of a resource; none for one that does not exist. */
export function tagsOf(world: World, resourceId: string): Readonly<Record<string, string>> {
  return tagSets(world).get(resourceId)?.tags ?? noTags;
}

/** The tags as Describe shows them. */
export function shownTags(world: World, resourceId: string): { Key: string; Value: string }[] {
  return Object.entries(tagsOf(world, resourceId)).map(([Key, Value]) => ({ Key, Value }));
}

/** The tags that policies see: none for a moment after the create. */
export const tagsForAuthorisation = (world: World, { tags, countedAt }: TagSet): TagSet['tags'] =>
  countedAt > nowOf(world) ? noTags : tags;

/** The tag row of an id that must exist, whatever its type; NotFound or Malformed in EC2's words otherwise. */
export function tagSetOf(world: World, resourceId: string): TagSet {
  const found = tagSets(world).get(resourceId);
  if (found) return found;
  const type = typeOfId(resourceId);
  if (type) throw notFound(type, resourceId);
  throw new AwsError('InvalidID', `The ID '${resourceId}' is not valid`);
}
