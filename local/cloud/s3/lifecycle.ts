import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { onBucket } from './access.ts';
import { type Bucket, bucketNamed, type LifecycleRule, putBucket } from './buckets.ts';
import { addVersion, keysWith, nullVersion, removeVersion, type Version } from './objects.ts';

const rule = z.strictObject({
  ID: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Filter: z.strictObject({ Prefix: z.string().optional() }).optional(),
  Expiration: z
    .strictObject({ Days: z.int().min(1).optional(), ExpiredObjectDeleteMarker: z.boolean().optional() })
    .optional(),
  NoncurrentVersionExpiration: z.strictObject({ NoncurrentDays: z.int().min(1) }).optional(),
  // The model has no multipart uploads, so there is never one to abort.
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: z.int().min(1) }).optional(),
});

export const PutBucketLifecycleConfiguration = operation({
  input: z.strictObject({
    Bucket: z.string(),
    LifecycleConfiguration: z.strictObject({ Rules: z.array(rule).min(1).max(1000) }),
  }),
  access: onBucket('PutLifecycleConfiguration'),
  run: (world, input) => {
    const bucket = bucketNamed(world, input.Bucket);
    const lifecycle = input.LifecycleConfiguration.Rules.map((one, index) => toRule(one, index));
    putBucket(world, { ...bucket, lifecycle, lifecycleDay: dayOf(nowOf(world)) });
    return {};
  },
});

export const GetBucketLifecycleConfiguration = operation({
  input: z.strictObject({ Bucket: z.string() }),
  access: onBucket('GetLifecycleConfiguration'),
  run: (world, input) => {
    const { lifecycle } = bucketNamed(world, input.Bucket);
    if (!lifecycle) {
      throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', 404);
    }
    return { Rules: lifecycle.map(fromRule) };
  },
});

/** Applies a bucket's rules once for each day that began since: S3 queues what is due at midnight UTC. */
export function applyLifecycle(world: World, name: string): void {
  const bucket = bucketNamed(world, name);
  const today = dayOf(nowOf(world));
  if (!bucket.lifecycle || (bucket.lifecycleDay ?? today) >= today) return;
  putBucket(world, { ...bucket, lifecycleDay: today });
  for (const one of bucket.lifecycle) {
    if (!one.enabled) continue;
    for (const [key, versions] of keysWith(world, name, one.prefix)) applyRule(world, bucket, one, key, versions);
  }
}

function applyRule(
  world: World,
  bucket: Bucket,
  { expirationDays, noncurrentDays, removesLoneDeleteMarkers }: LifecycleRule,
  key: string,
  versions: readonly Version[],
): void {
  const midnight = dayOf(nowOf(world)) * dayMilliseconds;
  // An object is as old as the first midnight after its days have passed.
  const isOlder = (since: number, days: number) => since + days * dayMilliseconds <= midnight;
  const [newest, ...noncurrent] = versions;
  if (!newest) return;
  for (const [index, version] of noncurrent.entries()) {
    const supersededAt = versions[index]?.modifiedAt ?? newest.modifiedAt;
    if (noncurrentDays !== undefined && isOlder(supersededAt, noncurrentDays)) {
      removeVersion(world, bucket.name, key, version);
    }
  }
  if (newest.isDeleteMarker) {
    if (removesLoneDeleteMarkers && noncurrent.length === 0) removeVersion(world, bucket.name, key, newest);
    return;
  }
  if (expirationDays === undefined || !isOlder(newest.modifiedAt, expirationDays)) return;
  if (bucket.versioning === undefined) removeVersion(world, bucket.name, key, newest);
  else addVersion(world, bucket, key, { isDeleteMarker: true, versionId: nullVersion, modifiedAt: midnight });
}

const dayMilliseconds = 86_400_000;

function dayOf(time: number): number {
  return Math.floor(time / dayMilliseconds);
}

function toRule(given: z.infer<typeof rule>, index: number): LifecycleRule {
  if (!given.Filter) throw new AwsError('MalformedXML', 'The XML you provided was not well-formed');
  return {
    id: given.ID ?? `rule-${index}`,
    enabled: given.Status === 'Enabled',
    prefix: given.Filter.Prefix ?? '',
    removesLoneDeleteMarkers: given.Expiration?.ExpiredObjectDeleteMarker ?? false,
    ...(given.Expiration?.Days !== undefined && { expirationDays: given.Expiration.Days }),
    ...(given.NoncurrentVersionExpiration && { noncurrentDays: given.NoncurrentVersionExpiration.NoncurrentDays }),
  };
}

function fromRule(one: LifecycleRule) {
  return {
    ID: one.id,
    Status: one.enabled ? 'Enabled' : 'Disabled',
    Filter: { Prefix: one.prefix },
    ...(one.expirationDays !== undefined && { Expiration: { Days: one.expirationDays } }),
    ...(one.removesLoneDeleteMarkers && { Expiration: { ExpiredObjectDeleteMarker: true } }),
    ...(one.noncurrentDays !== undefined && { NoncurrentVersionExpiration: { NoncurrentDays: one.noncurrentDays } }),
  };
}
