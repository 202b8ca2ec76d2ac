import { limits } from '../../awsLimits.ts';
import { ownTagKeys, reservedTagKeys, reservedTagPrefixes } from '../../blueprint/tags.ts';
import { foundText, pathText } from '../../spec/problems.ts';
import { type Check, listed } from './check.ts';

/**
 * What a claim's volume carries besides: nine to eleven of the volume driver (source: aws-ebs-csi-driver v1.64.0,
 * pkg/driver/controller.go), `environment`, the deployment's tag, and `kubestep/keep` at the end.
 */
const TAGS_OF_OTHERS = 14;

const MAXIMUM_TAGS = limits.tags.value - TAGS_OF_OTHERS;

/**
 * The operator's tags are free: what carries ours is ours. Keys are compared without case, because IAM takes `Environment`
 * and `environment` for one key and refuses a role that has both (source: IAM User Guide, "Rules for tagging").
 */
export const checkTags: Check = ({ metadata: { tags } }) => {
  const keys = Object.keys(tags);
  const names = [...ownTagKeys, ...reservedTagKeys];
  return [
    ...keys.filter(isReserved).map((key) => ({
      path: pathText(['metadata', 'tags', key]),
      found: foundText(key),
      allowed: `keys other than ${listed(names)} in any case, and not beginning with ${listed(reservedTagPrefixes)}`,
      remedy: remedyFor(key),
    })),
    ...twins(keys).map(([first, second]) => ({
      path: pathText(['metadata', 'tags', second]),
      found: foundText(second),
      allowed: `keys that differ from ${first} by more than their case`,
      remedy: `Keep ${first} or ${second}: IAM takes them for one key.`,
    })),
    ...(keys.length > MAXIMUM_TAGS
      ? [
          {
            path: 'metadata.tags',
            found: `${keys.length} tags`,
            allowed: `at most ${MAXIMUM_TAGS} tags`,
            remedy: `AWS takes ${limits.tags.value} on a resource, and volumes of claims carry ${TAGS_OF_OTHERS} others: remove some.`,
          },
        ]
      : []),
  ];
};

const isSame = (one: string) => (other: string) => one.toLowerCase() === other.toLowerCase();

const isReserved = (key: string): boolean =>
  reservedTagPrefixes.some((prefix) => key.toLowerCase().startsWith(prefix)) ||
  [...ownTagKeys, ...reservedTagKeys].some(isSame(key));

function remedyFor(key: string): string {
  if (isSame('environment')(key))
    return 'Remove it and set metadata.environment: kubestep puts that value on everything as the tag environment.';
  return 'Rename it: kubestep, Kubernetes and AWS find their own resources by these.';
}

/** Pairs of keys that are one key to IAM. */
function twins(keys: readonly string[]): readonly (readonly [string, string])[] {
  return keys.flatMap((key, index) => {
    const first = keys.slice(0, index).find(isSame(key));
    return first === undefined ? [] : [[first, key] as const];
  });
}
