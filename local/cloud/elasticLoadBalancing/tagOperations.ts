import * as z from 'zod';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll, requestTagKeys } from './access.ts';
import { elbError, validationError } from './errors.ts';
import { checkedTags, putTags, tagInput, tagSets, tagsOf } from './tags.ts';

/** Source: ELBv2 API reference, DescribeTags. */
const maxResources = 20;

export const AddTags = operation({
  input: z.strictObject({ ResourceArns: z.array(z.string()), Tags: z.array(tagInput) }),
  access: (world, { ResourceArns, Tags }) =>
    ResourceArns.map((arn) => accessTo(world, 'AddTags', arn, requestTagKeys(Tags))),
  run: (world, { ResourceArns, Tags }) => {
    const added = checkedTags(Tags);
    for (const arn of ResourceArns) checkExists(world, arn);
    for (const arn of ResourceArns) putTags(world, arn, { ...tagsOf(world, arn), ...added });
    return {};
  },
});

export const RemoveTags = operation({
  input: z.strictObject({ ResourceArns: z.array(z.string()), TagKeys: z.array(z.string()) }),
  access: (world, { ResourceArns, TagKeys }) =>
    ResourceArns.map((arn) => accessTo(world, 'RemoveTags', arn, { 'aws:TagKeys': TagKeys })),
  run: (world, { ResourceArns, TagKeys }) => {
    for (const arn of ResourceArns) checkExists(world, arn);
    for (const arn of ResourceArns) {
      const kept = Object.entries(tagsOf(world, arn)).filter(([key]) => !TagKeys.includes(key));
      putTags(world, arn, Object.fromEntries(kept));
    }
    return {};
  },
});

export const DescribeTags = operation({
  input: z.strictObject({ ResourceArns: z.array(z.string()) }),
  access: () => accessToAll('DescribeTags'),
  run: (world, { ResourceArns }) => {
    if (ResourceArns.length > maxResources) {
      throw validationError(`At most ${maxResources} resources can be described in one call`);
    }
    for (const arn of ResourceArns) checkExists(world, arn);
    return {
      TagDescriptions: ResourceArns.map((arn) => ({
        ResourceArn: arn,
        Tags: Object.entries(tagsOf(world, arn)).map(([Key, Value]) => ({ Key, Value })),
      })),
    };
  },
});

function checkExists(world: World, arn: string): void {
  if (tagSets(world).has(arn)) return;
  const kinds = {
    loadbalancer: 'LoadBalancerNotFound',
    targetgroup: 'TargetGroupNotFound',
    listener: 'ListenerNotFound',
  };
  const kind = arn.split(':')[5]?.split('/')[0] ?? '';
  const code = Object.entries(kinds).find(([name]) => name === kind)?.[1];
  throw code ? elbError(code, `'${arn}' not found`) : validationError(`'${arn}' is not a valid load balancing ARN`);
}
