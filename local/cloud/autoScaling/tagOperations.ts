import * as z from 'zod';
import { NotModelled } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { existingGroup } from './desiredCapacity.ts';
import { validationError } from './errors.ts';
import { accessToAll, accessToGroup, requestTagKeys } from './groupAccess.ts';
import { groups, updateGroup } from './groups.ts';
import { type GroupTag, mergedTags, shownTag, type TagInput, tagInput } from './groupTags.ts';
import { pageInput, pageOf } from './paging.ts';

export const CreateOrUpdateTags = operation({
  input: z.strictObject({ Tags: z.array(tagInput).min(1) }),
  access: (world, { Tags }) =>
    namesIn(Tags).flatMap((name) => accessToGroup(world, 'CreateOrUpdateTags', name, requestTagKeys(Tags))),
  run: (world, { Tags }) => {
    const merged = namesIn(Tags).map((name) => {
      const group = existingGroup(world, name);
      return {
        name,
        tags: mergedTags(
          group.tags,
          Tags.filter(({ ResourceId }) => ResourceId === name),
        ),
      };
    });
    for (const { name, tags } of merged) updateGroup(world, name, { tags });
    return {};
  },
});

export const DeleteTags = operation({
  input: z.strictObject({ Tags: z.array(tagInput).min(1) }),
  access: (world, { Tags }) =>
    namesIn(Tags).flatMap((name) => accessToGroup(world, 'DeleteTags', name, requestTagKeys(Tags))),
  run: (world, { Tags }) => {
    for (const name of namesIn(Tags)) existingGroup(world, name);
    for (const { ResourceId = '', Key } of Tags) {
      const tags = existingGroup(world, ResourceId).tags.filter(({ key }) => key !== Key);
      updateGroup(world, ResourceId, { tags });
    }
    return {};
  },
});

/** Source: Auto Scaling API reference, DescribeTags. */
const pages = { usual: 50, most: 100 };

export const DescribeTags = operation({
  input: z.strictObject({
    ...pageInput,
    Filters: z.array(z.strictObject({ Name: z.string(), Values: z.array(z.string()) })).default([]),
  }),
  access: () => accessToAll('DescribeTags'),
  run: (world, request) => {
    const matching = allTags(world).filter((tag) => request.Filters.every((filter) => matches(tag, filter)));
    const { rows, nextToken } = pageOf(matching, request, ({ groupName, key }) => `${groupName}/${key}`, pages);
    return { Tags: rows.map((tag) => shownTag(tag.groupName, tag)), NextToken: nextToken };
  },
});

type NamedTag = GroupTag & { readonly groupName: string };

function allTags(world: World): NamedTag[] {
  return [...groups(world).rows()].flatMap(({ name, tags }) => tags.map((tag) => ({ ...tag, groupName: name })));
}

function matches(
  tag: NamedTag,
  { Name, Values }: { readonly Name: string; readonly Values: readonly string[] },
): boolean {
  if (Name === 'auto-scaling-group') return Values.includes(tag.groupName);
  if (Name === 'key') return Values.includes(tag.key);
  if (Name === 'value') return Values.includes(tag.value);
  if (Name === 'propagate-at-launch') return Values.includes(String(tag.propagates));
  throw new NotModelled('autoscaling', 'DescribeTags', `Filters ${Name}`);
}

function namesIn(tags: readonly TagInput[]): string[] {
  const names = tags.map(({ ResourceId }) => {
    if (ResourceId === undefined) throw validationError('ResourceId is required for a tag.');
    return ResourceId;
  });
  return [...new Set(names)];
}
