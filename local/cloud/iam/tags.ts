import * as z from 'zod';
import { invalidInput, limitExceeded } from './errors.ts';

/** Tags of IAM resources (source: IAM User Guide, "Rules for tagging"). */
export type Tags = Readonly<Record<string, string>>;

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
export const tagKey = z.string().min(1).max(128).regex(characters);
export const tagList = z.array(z.strictObject({ Key: tagKey, Value: z.string().max(256).regex(characters) }));
export type TagList = z.output<typeof tagList>;

const maxTags = 50;

/** Adds tags to those that are there; a key is the same in any case. */
export function withTags(tags: Tags, added: TagList): Tags {
  const keys = added.map((tag) => tag.Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  if (keys.some((key) => key.startsWith('aws:'))) throw invalidInput('Tag keys beginning with aws: are reserved');
  const kept = withoutTags(
    tags,
    added.map((tag) => tag.Key),
  );
  const all = { ...kept, ...Object.fromEntries(added.map((tag) => [tag.Key, tag.Value])) };
  if (Object.keys(all).length > maxTags)
    throw limitExceeded(`The number of tags has reached the maximum limit: ${maxTags}`);
  return all;
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())));
}

export function tagListOf(tags: Tags): TagList {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The condition keys that tags in a request give. */
export function requestTagContext(tags: TagList | undefined): Record<string, string | string[]> {
  if (!tags || tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map((tag) => [`aws:RequestTag/${tag.Key}`, tag.Value])),
    'aws:TagKeys': tags.map((tag) => tag.Key),
  };
}

/** The condition keys that the tags on a resource give. */
export function resourceTagContext(service: 'iam', tags: Tags): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`${service}:ResourceTag/${key}`, value],
    ]),
  );
}
