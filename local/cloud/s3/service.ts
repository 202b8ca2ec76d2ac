import type { Operation, Service } from '../operation.ts';
import type { World } from '../world.ts';
import * as bucketOperations from './bucketOperations.ts';
import * as bucketPolicyOperations from './bucketPolicyOperations.ts';
import * as bucketSettingOperations from './bucketSettingOperations.ts';
import { findBucket } from './buckets.ts';
import { CopyObject } from './copyObject.ts';
import { DeleteObject, DeleteObjects } from './deleteObjectOperations.ts';
import { GetObject, HeadObject } from './getObjectOperations.ts';
import { applyLifecycle } from './lifecycle.ts';
import * as lifecycleOperations from './lifecycleOperations.ts';
import { ListObjectsV2, ListObjectVersions } from './listObjectOperations.ts';
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
    ...bucketOperations,
    ...bucketPolicyOperations,
    ...bucketSettingOperations,
    ...lifecycleOperations,
    CopyObject: afterLifecycle(CopyObject),
    DeleteBucket: afterLifecycle(bucketOperations.DeleteBucket),
    DeleteObject: afterLifecycle(DeleteObject),
    DeleteObjects: afterLifecycle(DeleteObjects),
    GetObject: afterLifecycle(GetObject),
    HeadObject: afterLifecycle(HeadObject),
    ListObjectsV2: afterLifecycle(ListObjectsV2),
    ListObjectVersions: afterLifecycle(ListObjectVersions),
    PutObject: afterLifecycle(PutObject),
  },
  errors: {
    missingParameter: 'MissingParameter',
    invalidParameter: 'InvalidArgument',
    accessDenied: 'AccessDenied',
    throttled: 'SlowDown',
  },
  latencyOf: () => latencyMilliseconds,
};
