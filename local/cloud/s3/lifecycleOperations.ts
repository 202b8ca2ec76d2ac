import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf } from '../world.ts';
import { onBucket } from './access.ts';
import { bucketNamed, type LifecycleRule, putBucket } from './buckets.ts';
import { dayOf } from './lifecycle.ts';

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
