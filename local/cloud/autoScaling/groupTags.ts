import * as z from 'zod';
import { validationError } from './errors.ts';

export interface GroupTag {
  readonly key: string;
  readonly value: string;
  readonly propagates: boolean;
}

export const tagInput = z.strictObject({
  Key: z.string().min(1).max(128),
  Value: z.string().max(256).default(''),
  PropagateAtLaunch: z.boolean().default(false),
  ResourceId: z.string().optional(),
  ResourceType: z.literal('auto-scaling-group').optional(),
});

export type TagInput = z.infer<typeof tagInput>;

/** Tags over those that are there, by key. Refuses AWS's own and too many. */
export function mergedTags(existing: readonly GroupTag[], added: readonly TagInput[]): GroupTag[] {
  const tags = new Map(existing.map((tag) => [tag.key, tag]));
  for (const { Key, Value, PropagateAtLaunch } of added) {
    if (Key.toLowerCase().startsWith('aws:')) throw validationError("Tag keys starting with 'aws:' are reserved");
    tags.set(Key, { key: Key, value: Value, propagates: PropagateAtLaunch });
  }
  if (tags.size > 50) throw validationError('The number of tags exceeds the limit of 50.');
  return [...tags.values()];
}

/** A tag as Auto Scaling answers it. */
export function shownTag(groupName: string, { key, value, propagates }: GroupTag) {
  return {
    ResourceId: groupName,
    ResourceType: 'auto-scaling-group',
    Key: key,
    Value: value,
    PropagateAtLaunch: propagates,
  };
}
