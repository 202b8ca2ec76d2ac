import { aBucket, aRole } from './bucketWorld.ts';

const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

describe('buckets', () => {
  test('a second one of the same name is refused, an unknown one named so', async () => {
    const { errorOf } = await aBucket();
    expect((await errorOf('CreateBucket', { Bucket: 'store' })).name).toBe('BucketAlreadyOwnedByYou');
    expect((await errorOf('CreateBucket', { Bucket: 'No_Bucket' })).name).toBe('InvalidBucketName');
    expect((await errorOf('ListObjectsV2', { Bucket: 'other' })).name).toBe('NoSuchBucket');
  });

  test('settings come back as they were put, and what was never put is said to be missing', async () => {
    const { call, errorOf } = await aBucket();
    expect((await errorOf('GetBucketPolicy', { Bucket: 'store' })).name).toBe('NoSuchBucketPolicy');
    expect((await errorOf('GetBucketLifecycleConfiguration', { Bucket: 'store' })).name).toBe(
      'NoSuchLifecycleConfiguration',
    );
    expect(await call('GetBucketVersioning', { Bucket: 'store' })).toEqual({});
    expect(await call('GetPublicAccessBlock', { Bucket: 'store' })).toMatchObject({
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
    });
    const Rules = [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 7 } }];
    await call('PutBucketLifecycleConfiguration', { Bucket: 'store', LifecycleConfiguration: { Rules } });
    expect(await call('GetBucketLifecycleConfiguration', { Bucket: 'store' })).toEqual({ Rules });
  });

  test('a lifecycle rule takes away what has its age and nothing else', async () => {
    const { call, put, text, errorOf, world } = await aBucket();
    const rule = { Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 7 } };
    await call('PutBucketLifecycleConfiguration', { Bucket: 'store', LifecycleConfiguration: { Rules: [rule] } });
    await put('logs/a');
    await put('kept');
    await world.clock.advance({ days: 6 });
    expect(await text('logs/a')).toBe('body');
    await world.clock.advance({ days: 2 });
    expect((await errorOf('GetObject', { Bucket: 'store', Key: 'logs/a' })).name).toBe('NoSuchKey');
    expect(await text('kept')).toBe('body');
  });

  test('a deny in the bucket’s policy stops even those who may do everything', async () => {
    const { call, put, errorOf, callAs, ...account } = await aBucket();
    await put('secret');
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::store/secret' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] });
    await call('PutBucketPolicy', { Bucket: 'store', Policy });
    expect((await errorOf('GetObject', { Bucket: 'store', Key: 'secret' })).name).toBe('AccessDenied');
    await call('HeadBucket', { Bucket: 'store' });
    expect(account.world.failedJobs).toEqual([]);
  });

  test('a policy about another bucket is refused', async () => {
    const { errorOf } = await aBucket();
    const statement = { ...allow('s3:GetObject', 'arn:aws:s3:::other/*'), Principal: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    expect((await errorOf('PutBucketPolicy', { Bucket: 'store', Policy })).name).toBe('MalformedPolicy');
  });
});

describe('rights', () => {
  test('without the right to list the bucket, a missing key looks like a forbidden one', async () => {
    const bucket = await aBucket();
    const reader = await aRole(bucket, [allow('s3:GetObject', 'arn:aws:s3:::store/*')]);
    const read = bucket.callAs(reader, 'GetObject', { Bucket: 'store', Key: 'absent' });
    await expect(read).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('who may list it learns that the key is absent', async () => {
    const bucket = await aBucket();
    const reader = await aRole(bucket, [
      allow('s3:GetObject', 'arn:aws:s3:::store/*'),
      allow('s3:ListBucket', 'arn:aws:s3:::store'),
    ]);
    const read = bucket.callAs(reader, 'GetObject', { Bucket: 'store', Key: 'absent' });
    await expect(read).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  test('DeleteObjects refuses key by key inside a successful answer', async () => {
    const bucket = await aBucket();
    await bucket.put('mine/a');
    await bucket.put('other/a');
    const role = await aRole(bucket, [allow('s3:DeleteObject', 'arn:aws:s3:::store/mine/*')]);
    const Objects = [{ Key: 'mine/a' }, { Key: 'other/a' }];
    const answer = await bucket.callAs(role, 'DeleteObjects', { Bucket: 'store', Delete: { Objects } });
    expect(answer).toMatchObject({ Deleted: [{ Key: 'mine/a' }], Errors: [{ Key: 'other/a', Code: 'AccessDenied' }] });
    expect(await bucket.text('other/a')).toBe('body');
  });
});
