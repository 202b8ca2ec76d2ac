import * as z from 'zod';
import { changed } from '../iam/delayedSettings.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { keyAccess, requestTagContext } from './access.ts';
import { keyId, pageOf, pageRequest, tagKey, tagList, tagsOf, withTags } from './inputs.ts';
import { type Key, putKey, requireKept, requireKey } from './keys.ts';

const byId = z.strictObject({ KeyId: keyId });

export const TagResource = operation({
  input: byId.extend({ Tags: tagList }),
  access: (world, { KeyId, Tags }) => [
    keyAccess(world, 'kms:TagResource', KeyId, { context: requestTagContext(tagsOf(Tags)) }),
  ],
  run: (world, { KeyId, Tags }) => {
    const key = requireKept(requireKey(world, KeyId));
    putTags(world, key, withTags(key.tags, Tags));
    return {};
  },
});

export const UntagResource = operation({
  input: byId.extend({ TagKeys: z.array(tagKey) }),
  access: (world, { KeyId, TagKeys }) => [
    keyAccess(world, 'kms:UntagResource', KeyId, { context: { 'aws:TagKeys': TagKeys } }),
  ],
  run: (world, { KeyId, TagKeys }) => {
    const key = requireKept(requireKey(world, KeyId));
    putTags(world, key, Object.fromEntries(Object.entries(key.tags).filter(([name]) => !TagKeys.includes(name))));
    return {};
  },
});

export const ListResourceTags = operation({
  input: byId.extend(pageRequest),
  access: (world, { KeyId }) => [keyAccess(world, 'kms:ListResourceTags', KeyId)],
  run: (world, { KeyId, ...page }) => {
    const { rows, ...rest } = pageOf(Object.entries(requireKey(world, KeyId).tags), page, ([name]) => name);
    return { Tags: rows.map(([TagKey, TagValue]) => ({ TagKey, TagValue })), ...rest };
  },
});

/** Tags are seen at once and count in policies later, up to five minutes. */
function putTags(world: World, key: Key, tags: Key['tags']): void {
  const delay = world.delays.of('keyTagAuthorisation');
  putKey(world, { ...key, tags, authorisationTags: changed(world, key.authorisationTags, tags, delay) });
}
