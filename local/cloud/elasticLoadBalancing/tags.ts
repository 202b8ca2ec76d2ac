import * as z from 'zod';
import { nowOf, tableOf, type World } from '../world.ts';
import { elbError, validationError } from './errors.ts';

export const tagInput = z.strictObject({ Key: z.string(), Value: z.string().default('') });

/** The `Tags` parameter of every create. */
export const tagsInput = z.array(tagInput).optional();

export type Tags = Readonly<Record<string, string>>;

/** The tags of a load balancer, target group or listener, by its ARN. Every one has a row for as long as it exists. */
export const tagSets = tableOf<Tags>('elasticLoadBalancing.tags');

/** From when policies see the tags that something was created with, by its ARN. */
const countedAt = tableOf<number>('elasticLoadBalancing.tagsCountedAt');

/** Source: ELBv2 API reference, AddTags. */
const limits = { tags: 50, keyLength: 128, valueLength: 256 };

/** The tags that a request brings, after ELBv2's restrictions. */
export function checkedTags(tags: z.infer<typeof tagsInput>): Record<string, string> {
  const record: Record<string, string> = {};
  for (const { Key, Value } of tags ?? []) {
    if (Object.hasOwn(record, Key))
      throw elbError('DuplicateTagKeys', `A tag key was specified more than once: ${Key}`);
    if (Key.toLowerCase().startsWith('aws:')) throw validationError(`Tag keys cannot begin with 'aws:': ${Key}`);
    if (Key.length === 0 || Key.length > limits.keyLength || Value.length > limits.valueLength) {
      throw validationError(`The tag ${Key} is too long or has no key`);
    }
    record[Key] = Value;
  }
  return record;
}

export function putTags(world: World, arn: string, tags: Tags): void {
  if (Object.keys(tags).length > limits.tags) throw elbError('TooManyTags', `${arn} would have too many tags`);
  if (!tagSets(world).has(arn)) countedAt(world).put(arn, nowOf(world) + world.delays.of('newTagAuthorisation'));
  tagSets(world).put(arn, tags);
}

export function tagsOf(world: World, arn: string): Tags {
  return tagSets(world).get(arn) ?? {};
}

/** The tags that policies see: none for a moment after the create. */
export function tagsForAuthorisation(world: World, arn: string): Tags {
  return (countedAt(world).get(arn) ?? 0) > nowOf(world) ? {} : tagsOf(world, arn);
}

export function dropTags(world: World, arn: string): void {
  countedAt(world).delete(arn);
  tagSets(world).delete(arn);
}
