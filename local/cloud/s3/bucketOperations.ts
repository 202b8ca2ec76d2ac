import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { nowOf } from '../world.ts';
import { onBucket } from './access.ts';
import { allBuckets, bucketNamed, findBucket, putBucket, removeBucket } from './buckets.ts';
import { isEmpty } from './objects.ts';

/** Service Quotas: general purpose buckets of the account. */
const bucketsQuota = 'L-DC2B2D3D';

/** Source: S3 user guide, "General purpose bucket naming rules". */
const namePattern = /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9](?!.*\.\.)[a-z0-9.-]{1,61}[a-z0-9]$/;

export const CreateBucket = operation({
  input: z.strictObject({
    Bucket: z.string(),
    CreateBucketConfiguration: z.strictObject({ LocationConstraint: z.string().optional() }).optional(),
    ObjectOwnership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']).optional(),
  }),
  access: onBucket('CreateBucket'),
  run: (world, input) => {
    if (!namePattern.test(input.Bucket)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
    // The oldest Region takes no constraint, every other demands its own name.
    const expected = world.region === 'us-east-1' ? undefined : world.region;
    if (input.CreateBucketConfiguration?.LocationConstraint !== expected) {
      throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid');
    }
    if (findBucket(world, input.Bucket)) {
      throw new AwsError(
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        409,
      );
    }
    if (allBuckets(world).length >= quotaOf(world, bucketsQuota)) {
      throw new AwsError('TooManyBuckets', 'You have attempted to create more buckets than allowed');
    }
    putBucket(world, {
      name: input.Bucket,
      createdAt: nowOf(world),
      encryption: { algorithm: 'AES256', bucketKeyEnabled: false },
      ownership: input.ObjectOwnership ?? 'BucketOwnerEnforced',
      // New buckets block all public access since April 2023.
      publicAccessBlock: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    });
    return { Location: `/${input.Bucket}`, BucketArn: `arn:aws:s3:::${input.Bucket}` };
  },
});

export const HeadBucket = operation({
  input: z.strictObject({ Bucket: z.string() }),
  access: onBucket('ListBucket'),
  run: (world, input) => {
    // A HEAD has no body, so the client sees no code but the status.
    if (!findBucket(world, input.Bucket)) throw new AwsError('NotFound', 'Not Found', 404);
    return { BucketRegion: world.region };
  },
});

export const ListBuckets = operation({
  input: z.strictObject({}),
  access: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  run: (world) => ({
    Buckets: allBuckets(world)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map((bucket) => ({ Name: bucket.name, CreationDate: new Date(bucket.createdAt) })),
  }),
});

export const DeleteBucket = operation({
  input: z.strictObject({ Bucket: z.string() }),
  access: onBucket('DeleteBucket'),
  run: (world, input) => {
    const bucket = bucketNamed(world, input.Bucket);
    if (!isEmpty(world, bucket.name)) {
      const versions = bucket.versioning ? ' You must delete all versions in the bucket.' : '';
      throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty.${versions}`, 409);
    }
    removeBucket(world, bucket.name);
    return {};
  },
});
