import type { Operation, Service } from '../operation.ts';
import type { World } from '../world.ts';
import { CreateBucket, DeleteBucket, HeadBucket, ListBuckets } from './bucketOperations.ts';
import { DeleteBucketPolicy, GetBucketPolicy, PutBucketPolicy } from './bucketPolicy.ts';
import * as settings from './bucketSettings.ts';
import { findBucket } from './buckets.ts';
import { CopyObject } from './copyObject.ts';
import { DeleteObject, DeleteObjects } from './deleteObjects.ts';
import { GetObject, HeadObject } from './getObject.ts';
import { applyLifecycle, GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration } from './lifecycle.ts';
import { ListObjectsV2, ListObjectVersions } from './listObjects.ts';
import { PutObject } from './putObject.ts';

/** Median time of one request (estimated, as for the other services). */
const latencyMilliseconds = 25;

/** Before anyone looks at a bucket's objects, what its lifecycle rules took away is gone. */
function afterLifecycle<Input extends { readonly Bucket: string }, Output>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return {
    ...operation,
    run: (world: World, input, call) => {
      if (findBucket(world, input.Bucket)) applyLifecycle(world, input.Bucket);
      return operation.run(world, input, call);
    },
  };
}

/** Amazon S3. */
export const s3: Service = {
  name: 's3',
  operations: {
    CopyObject: afterLifecycle(CopyObject),
    CreateBucket,
    DeleteBucket: afterLifecycle(DeleteBucket),
    DeleteBucketPolicy,
    DeleteObject: afterLifecycle(DeleteObject),
    DeleteObjects: afterLifecycle(DeleteObjects),
    GetBucketEncryption: settings.GetBucketEncryption,
    GetBucketLifecycleConfiguration,
    GetBucketOwnershipControls: settings.GetBucketOwnershipControls,
    GetBucketPolicy,
    GetBucketTagging: settings.GetBucketTagging,
    GetBucketVersioning: settings.GetBucketVersioning,
    GetObject: afterLifecycle(GetObject),
    GetPublicAccessBlock: settings.GetPublicAccessBlock,
    HeadBucket,
    HeadObject: afterLifecycle(HeadObject),
    ListBuckets,
    ListObjectsV2: afterLifecycle(ListObjectsV2),
    ListObjectVersions: afterLifecycle(ListObjectVersions),
    PutBucketEncryption: settings.PutBucketEncryption,
    PutBucketLifecycleConfiguration,
    PutBucketOwnershipControls: settings.PutBucketOwnershipControls,
    PutBucketPolicy,
    PutBucketTagging: settings.PutBucketTagging,
    PutBucketVersioning: settings.PutBucketVersioning,
    PutObject: afterLifecycle(PutObject),
    PutPublicAccessBlock: settings.PutPublicAccessBlock,
  },
  errors: {
    missingParameter: 'MissingParameter',
    invalidParameter: 'InvalidArgument',
    accessDenied: 'AccessDenied',
    throttled: 'SlowDown',
  },
  latencyOf: () => latencyMilliseconds,
};
