import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { iam } from '../../../../local/cloud/iam/service.ts';
import type { RoleSession } from '../../../../local/cloud/principal.ts';
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

/** A session of a role whose only policy is this. */
export async function aRole({ call, world }: TestCloud, statements: readonly object[]): Promise<RoleSession> {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const { Role } = await call<{ Role: { Arn: string; RoleId: string } }>('iam:CreateRole', {
    RoleName: 'reader',
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  });
  await call('iam:PutRolePolicy', {
    RoleName: 'reader',
    PolicyName: 'own',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });
  await world.clock.advance({ minutes: 2 });
  return { kind: 'role', roleArn: Role.Arn, roleId: Role.RoleId, sessionName: 'test' };
}
