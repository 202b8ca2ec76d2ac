import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { accessTo, accessToAll, requestTagKeys } from './access.ts';
import { describeInput } from './describe.ts';
import { matcher } from './filters.ts';
import { pageOf } from './paging.ts';
import { checkedTags, exceedsTagLimit, putTags, tagInput, tagSetOf, tagSets, tooManyTags } from './tags.ts';

/** Source: EC2 API reference, CreateTags. */
const maxResources = 1000;

export const CreateTags = operation({
  input: z.strictObject({ Resources: z.array(z.string()), Tags: z.array(tagInput) }),
  access: (world, { Resources, Tags }) =>
    Resources.map((id) => accessTo(world, 'CreateTags', id, requestTagKeys(Tags))),
  run: (world, { Resources, Tags }) => {
    if (Resources.length > maxResources) {
      throw new AwsError('InvalidParameterValue', `At most ${maxResources} resources can be tagged in one call`);
    }
    if (Tags.length === 0) throw new AwsError('MissingParameter', 'The request must contain the parameter Tags');
    const added = checkedTags(Tags);
    const changed = Resources.map((id) => {
      const { resourceType, tags } = tagSetOf(world, id);
      return { id, resourceType, tags: { ...tags, ...added } };
    });
    if (changed.some(({ tags }) => exceedsTagLimit(tags))) throw tooManyTags();
    for (const { id, resourceType, tags } of changed) putTags(world, resourceType, id, tags);
    return {};
  },
});

export const DeleteTags = operation({
  input: z.strictObject({
    Resources: z.array(z.string()),
    Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string().optional() })).optional(),
  }),
  access: (world, { Resources, Tags }) =>
    Resources.map((id) => accessTo(world, 'DeleteTags', id, Tags ? { 'aws:TagKeys': Tags.map(({ Key }) => Key) } : {})),
  run: (world, { Resources, Tags }) => {
    if (Tags?.some(({ Key }) => Key.startsWith('aws:'))) {
      throw new AwsError('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved for internal use`);
    }
    // A tag with a value goes only if it has that value; without a list all tags go but AWS's own.
    const goes = (key: string, value: string) =>
      Tags === undefined
        ? !key.startsWith('aws:')
        : Tags.some((tag) => tag.Key === key && (tag.Value === undefined || tag.Value === value));
    for (const { resourceId, resourceType, tags } of Resources.map((id) => tagSetOf(world, id))) {
      const kept = Object.entries(tags).filter(([key, value]) => !goes(key, value));
      putTags(world, resourceType, resourceId, Object.fromEntries(kept));
    }
    return {};
  },
});

export const DescribeTags = operation({
  input: z.strictObject(describeInput),
  access: (world) => accessToAll(world, 'DescribeTags'),
  run: (world, input) => {
    const everyTag = [...tagSets(world).rows()].flatMap(({ resourceId, resourceType, tags }) =>
      Object.entries(tags).map(([Key, Value]) => ({
        ResourceId: resourceId,
        ResourceType: resourceType,
        Key,
        Value,
      })),
    );
    const matches = matcher<(typeof everyTag)[number]>(
      world,
      'DescribeTags',
      input.Filters,
      {
        key: (tag) => tag.Key,
        value: (tag) => tag.Value,
        'resource-id': (tag) => tag.ResourceId,
        'resource-type': (tag) => tag.ResourceType,
      },
      (tag) => tag.ResourceId,
    );
    const { rows, nextToken } = pageOf(everyTag.filter(matches), input, (tag) => `${tag.ResourceId} ${tag.Key}`);
    return { Tags: rows, NextToken: nextToken };
  },
});
