import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { checkPolicyDocument } from '../iam/compiledPolicy.ts';
import { defineResourcePolicies } from '../iam/resourcePolicies.ts';
import { operation } from '../operation.ts';
import { onBucket } from './access.ts';
import { type Bucket, bucketNamed, findBucket, putBucket } from './buckets.ts';

/** A bucket's policy is asked for the bucket and for every object in it. */
defineResourcePolicies('s3', (world, access) => {
  const [, , , , , resource = ''] = access.resource.split(':');
  const name = resource.split('/')[0] ?? '';
  const document = findBucket(world, name)?.policy;
  return document === undefined ? undefined : { document };
});

export const PutBucketPolicy = operation({
  input: z.strictObject({ Bucket: z.string(), Policy: z.string() }),
  access: onBucket('PutBucketPolicy'),
  run: (world, input) => {
    const bucket = bucketNamed(world, input.Bucket);
    refuseUnfitPolicy(bucket, input.Policy);
    putBucket(world, { ...bucket, policy: input.Policy });
    return {};
  },
});

export const GetBucketPolicy = operation({
  input: z.strictObject({ Bucket: z.string() }),
  access: onBucket('GetBucketPolicy'),
  run: (world, input) => {
    const { policy } = bucketNamed(world, input.Bucket);
    if (policy === undefined) throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404);
    return { Policy: policy };
  },
});

export const DeleteBucketPolicy = operation({
  input: z.strictObject({ Bucket: z.string() }),
  access: onBucket('DeleteBucketPolicy'),
  run: (world, input) => {
    const { policy: _, ...bucket } = bucketNamed(world, input.Bucket);
    putBucket(world, bucket);
    return {};
  },
});

/** The largest bucket policy (source: S3 user guide, "Bucket policies"). */
const largestPolicyBytes = 20 * 1024;

function refuseUnfitPolicy(bucket: Bucket, policy: string): void {
  if (Buffer.byteLength(policy) > largestPolicyBytes) {
    throw new AwsError('PolicyTooLarge', 'The policy exceeds the maximum allowed document size.');
  }
  checkPolicyDocument(policy, 'resource', 'MalformedPolicy');
  for (const resource of resourcesIn(policy)) {
    if (resource === `arn:aws:s3:::${bucket.name}` || resource.startsWith(`arn:aws:s3:::${bucket.name}/`)) continue;
    throw new AwsError('MalformedPolicy', 'Policy has invalid resource');
  }
}

function resourcesIn(policy: string): readonly string[] {
  const { Statement } = JSON.parse(policy) as { Statement: StatementResource | readonly StatementResource[] };
  return [Statement].flat().flatMap((statement) => statement.Resource ?? []);
}

interface StatementResource {
  readonly Resource?: string | readonly string[];
}
