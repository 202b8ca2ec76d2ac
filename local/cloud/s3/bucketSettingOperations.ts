import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { operation } from '../operation.ts';
import { onBucket } from './access.ts';
import { bucketNamed, putBucket } from './buckets.ts';

const onlyBucket = z.strictObject({ Bucket: z.string() });

export const PutBucketVersioning = operation({
  input: z.strictObject({
    Bucket: z.string(),
    VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }),
  }),
  access: onBucket('PutBucketVersioning'),
  run: (world, input) => {
    putBucket(world, { ...bucketNamed(world, input.Bucket), versioning: input.VersioningConfiguration.Status });
    return {};
  },
});

export const GetBucketVersioning = operation({
  input: onlyBucket,
  access: onBucket('GetBucketVersioning'),
  run: (world, input) => {
    const { versioning } = bucketNamed(world, input.Bucket);
    return versioning ? { Status: versioning } : {};
  },
});

export const PutBucketEncryption = operation({
  input: z.strictObject({
    Bucket: z.string(),
    ServerSideEncryptionConfiguration: z.strictObject({
      Rules: z
        .array(
          z.strictObject({
            ApplyServerSideEncryptionByDefault: z.strictObject({
              SSEAlgorithm: z.enum(['AES256', 'aws:kms']),
              KMSMasterKeyID: z.string().optional(),
            }),
            BucketKeyEnabled: z.boolean().optional(),
          }),
        )
        .length(1),
    }),
  }),
  access: onBucket('PutEncryptionConfiguration'),
  run: (world, input) => {
    const [rule] = input.ServerSideEncryptionConfiguration.Rules;
    if (!rule) throw new AwsError('MalformedXML', 'The XML you provided was not well-formed');
    const { SSEAlgorithm, KMSMasterKeyID } = rule.ApplyServerSideEncryptionByDefault;
    if (SSEAlgorithm === 'AES256' && KMSMasterKeyID !== undefined) {
      throw new AwsError(
        'InvalidArgument',
        'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms',
      );
    }
    // Without a key AWS takes its own key aws/s3, which the model does not have.
    if (SSEAlgorithm === 'aws:kms' && KMSMasterKeyID === undefined) {
      throw new NotModelled('s3', 'PutBucketEncryption', 'aws:kms without KMSMasterKeyID');
    }
    putBucket(world, {
      ...bucketNamed(world, input.Bucket),
      encryption: {
        algorithm: SSEAlgorithm,
        bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
        ...(KMSMasterKeyID !== undefined && { keyId: KMSMasterKeyID }),
      },
    });
    return {};
  },
});

export const GetBucketEncryption = operation({
  input: onlyBucket,
  access: onBucket('GetEncryptionConfiguration'),
  run: (world, input) => {
    const { encryption } = bucketNamed(world, input.Bucket);
    return {
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: encryption.algorithm,
              ...(encryption.keyId !== undefined && { KMSMasterKeyID: encryption.keyId }),
            },
            BucketKeyEnabled: encryption.bucketKeyEnabled,
          },
        ],
      },
    };
  },
});

export const PutPublicAccessBlock = operation({
  input: z.strictObject({
    Bucket: z.string(),
    PublicAccessBlockConfiguration: z.strictObject({
      BlockPublicAcls: z.boolean().default(false),
      IgnorePublicAcls: z.boolean().default(false),
      BlockPublicPolicy: z.boolean().default(false),
      RestrictPublicBuckets: z.boolean().default(false),
    }),
  }),
  access: onBucket('PutBucketPublicAccessBlock'),
  run: (world, input) => {
    const publicAccessBlock = input.PublicAccessBlockConfiguration;
    putBucket(world, { ...bucketNamed(world, input.Bucket), publicAccessBlock });
    return {};
  },
});

export const GetPublicAccessBlock = operation({
  input: onlyBucket,
  access: onBucket('GetBucketPublicAccessBlock'),
  run: (world, input) => {
    const { publicAccessBlock } = bucketNamed(world, input.Bucket);
    if (!publicAccessBlock) {
      throw missing('NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found');
    }
    return { PublicAccessBlockConfiguration: publicAccessBlock };
  },
});

export const PutBucketOwnershipControls = operation({
  input: z.strictObject({
    Bucket: z.string(),
    OwnershipControls: z.strictObject({
      Rules: z
        .array(
          z.strictObject({ ObjectOwnership: z.enum(['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter']) }),
        )
        .length(1),
    }),
  }),
  access: onBucket('PutBucketOwnershipControls'),
  run: (world, input) => {
    const [rule] = input.OwnershipControls.Rules;
    if (rule) putBucket(world, { ...bucketNamed(world, input.Bucket), ownership: rule.ObjectOwnership });
    return {};
  },
});

export const GetBucketOwnershipControls = operation({
  input: onlyBucket,
  access: onBucket('GetBucketOwnershipControls'),
  run: (world, input) => ({
    OwnershipControls: { Rules: [{ ObjectOwnership: bucketNamed(world, input.Bucket).ownership }] },
  }),
});

export const PutBucketTagging = operation({
  input: z.strictObject({
    Bucket: z.string(),
    Tagging: z.strictObject({ TagSet: z.array(z.strictObject({ Key: z.string(), Value: z.string() })) }),
  }),
  access: onBucket('PutBucketTagging'),
  run: (world, input) => {
    const tags = Object.fromEntries(input.Tagging.TagSet.map((tag) => [tag.Key, tag.Value]));
    putBucket(world, { ...bucketNamed(world, input.Bucket), tags });
    return {};
  },
});

export const GetBucketTagging = operation({
  input: onlyBucket,
  access: onBucket('GetBucketTagging'),
  run: (world, input) => {
    const { tags } = bucketNamed(world, input.Bucket);
    if (!tags) throw missing('NoSuchTagSet', 'The TagSet does not exist');
    return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
  },
});

function missing(code: string, message: string): AwsError {
  return new AwsError(code, message, 404);
}
