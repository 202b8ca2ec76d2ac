import * as z from 'zod';
import { tableOf, type World } from '../world.ts';
import { elbError, validationError } from './errors.ts';

export const tagInput = z.strictObject({ Key: z.string(), Value: z.string().default('') });

/** The `Tags` parameter of every create. */
export const tagsInput = z.array(tagInput).optional();

export type Tags = Readonly<Record<string, string>>;

/** The tags of a load balancer, target group or listener, by its ARN. Every one has a row for as long as it exists. */
export const tagSets = tableOf<Tags>('elasticLoadBalancing.tags');

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
  tagSets(world).put(arn, tags);
}

export function tagsOf(world: World, arn: string): Tags {
  return tagSets(world).get(arn) ?? {};
}

export function dropTags(world: World, arn: string): void {
  tagSets(world).delete(arn);
}
