import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { iam } from '../../../../local/cloud/iam/service.ts';
import { s3 } from '../../../../local/cloud/s3/service.ts';
import { type TestCloud, testCloud } from '../../../support/testWorld.ts';

export interface TestBucket extends TestCloud {
  put(Key: string, Body?: unknown, more?: object): Promise<{ ETag: string; VersionId?: string }>;
  text(Key: string, more?: object): Promise<string | undefined>;
}

/** An account with one bucket `store`, versioned when asked. */
export async function aBucket({ versioned = false } = {}): Promise<TestBucket> {
  const account = testCloud([s3, iam]);
  await account.call('CreateBucket', { Bucket: 'store' });
  if (versioned) {
    await account.call('PutBucketVersioning', { Bucket: 'store', VersioningConfiguration: { Status: 'Enabled' } });
  }
  return {
    ...account,
    put: (Key, Body = 'body', more = {}) => account.call('PutObject', { Bucket: 'store', Key, Body, ...more }),
    text: async (Key, more = {}) => {
      const { Body } = await account.call<GetObjectCommandOutput>('GetObject', { Bucket: 'store', Key, ...more });
      return Body?.transformToString();
    },
  };
}
