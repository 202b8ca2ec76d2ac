import { ownTagKeys, reservedTagPrefixes } from '../../blueprint/tags.ts';
import { foundText, pathText } from '../problems.ts';
import { type Check, listed } from './check.ts';

/** AWS takes 50 tags; kubestep and Kubernetes' controllers add up to ten. */
const MAXIMUM_TAGS = 40;

/** The operator's tags are free: what carries ours is ours. */
export const checkTags: Check = ({ metadata: { tags } }) => {
  const keys = Object.keys(tags);
  const reserved = keys.filter(
    (key) =>
      reservedTagPrefixes.some((prefix) => key.toLowerCase().startsWith(prefix)) ||
      ownTagKeys.some((own) => own === key),
  );
  return [
    ...reserved.map((key) => ({
      path: pathText(['metadata', 'tags', key]),
      found: foundText(key),
      allowed: `keys other than ${listed(ownTagKeys)} that do not begin with ${listed(reservedTagPrefixes)}`,
      remedy: 'Rename it: kubestep, Kubernetes and AWS find their own resources by these.',
    })),
    ...(keys.length > MAXIMUM_TAGS
      ? [
          {
            path: 'metadata.tags',
            found: `${keys.length} tags`,
            allowed: `at most ${MAXIMUM_TAGS} tags`,
            remedy: 'AWS takes 50 on a resource and ten are needed: remove some.',
          },
        ]
      : []),
  ];
};
