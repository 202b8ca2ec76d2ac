import { createHash } from 'node:crypto';
import type { GetObjectCommandOutput, HeadObjectOutput } from '@aws-sdk/client-s3';
import { aBucket } from './bucketWorld.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');

describe('objects', () => {
  test('come back byte for byte with what was said of them', async () => {
    const { call, put } = await aBucket();
    const bytes = new Uint8Array([0, 1, 254, 255]);
    await put('a/b', bytes, { ContentType: 'application/x-test', Metadata: { Cluster: 'one' } });
    const output = await call<GetObjectCommandOutput>('GetObject', { Bucket: 'store', Key: 'a/b' });
    expect(await output.Body?.transformToByteArray()).toEqual(bytes);
    expect(output).toMatchObject({
      ContentLength: 4,
      ContentType: 'application/x-test',
      Metadata: { cluster: 'one' },
      ServerSideEncryption: 'AES256',
    });
  });

  test('a body can be read as a Node stream too', async () => {
    const { call, put } = await aBucket();
    await put('a', 'streamed');
    const { Body } = await call<GetObjectCommandOutput>('GetObject', { Bucket: 'store', Key: 'a' });
    const chunks: Buffer[] = [];
    for await (const chunk of Body as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('streamed');
  });

  test('a HEAD knows the size and names a missing key by its status alone', async () => {
    const { call, put, errorOf } = await aBucket();
    await put('a', 'four');
    expect(await call<HeadObjectOutput>('HeadObject', { Bucket: 'store', Key: 'a' })).toMatchObject({
      ContentLength: 4,
    });
    expect(await errorOf('HeadObject', { Bucket: 'store', Key: 'b' })).toMatchObject({
      name: 'NotFound',
      statusCode: 404,
    });
    expect(await errorOf('GetObject', { Bucket: 'store', Key: 'b' })).toMatchObject({
      name: 'NoSuchKey',
      statusCode: 404,
    });
  });

  test.each([
    ['bytes=0-2', 'abc', 'bytes 0-2/6'],
    ['bytes=4-', 'ef', 'bytes 4-5/6'],
    ['bytes=-2', 'ef', 'bytes 4-5/6'],
    ['bytes=3-99', 'def', 'bytes 3-5/6'],
  ])('the range %s gives %s', async (Range, text, ContentRange) => {
    const { call, put } = await aBucket();
    await put('a', 'abcdef');
    const output = await call<GetObjectCommandOutput>('GetObject', { Bucket: 'store', Key: 'a', Range });
    expect(await output.Body?.transformToString()).toBe(text);
    expect(output.ContentRange).toBe(ContentRange);
  });

  test('a range beyond the end is not satisfiable', async () => {
    const { put, errorOf } = await aBucket();
    await put('a', 'abc');
    const error = await errorOf('GetObject', { Bucket: 'store', Key: 'a', Range: 'bytes=3-' });
    expect(error).toMatchObject({ name: 'InvalidRange', statusCode: 416 });
  });

  test('IfNoneMatch * writes once: the second caller gets 412 and changes nothing', async () => {
    const { put, text, errorOf } = await aBucket();
    await put('ca', 'first', { IfNoneMatch: '*' });
    const error = await errorOf('PutObject', { Bucket: 'store', Key: 'ca', Body: 'second', IfNoneMatch: '*' });
    expect(error).toMatchObject({ name: 'PreconditionFailed', statusCode: 412 });
    expect(await text('ca')).toBe('first');
  });

  test('IfMatch replaces only the object that was seen', async () => {
    const { put, errorOf } = await aBucket();
    const { ETag } = await put('a', 'one');
    await put('a', 'two', { IfMatch: ETag });
    expect((await errorOf('PutObject', { Bucket: 'store', Key: 'a', IfMatch: ETag })).name).toBe('PreconditionFailed');
    expect((await errorOf('PutObject', { Bucket: 'store', Key: 'b', IfMatch: ETag })).name).toBe('NoSuchKey');
  });

  test('bytes that do not have the promised checksum are refused', async () => {
    const { call, put, errorOf } = await aBucket();
    await put('a', 'right', { ChecksumSHA256: sha256('right') });
    const output = await call<GetObjectCommandOutput>('GetObject', {
      Bucket: 'store',
      Key: 'a',
      ChecksumMode: 'ENABLED',
    });
    expect(output.ChecksumSHA256).toBe(sha256('right'));
    const wrong = { Bucket: 'store', Key: 'b', Body: 'wrong', ChecksumSHA256: sha256('right') };
    expect((await errorOf('PutObject', wrong)).name).toBe('BadDigest');
    expect((await errorOf('PutObject', { ...wrong, ChecksumSHA256: 'no' })).name).toBe('InvalidRequest');
    expect((await errorOf('GetObject', { Bucket: 'store', Key: 'b' })).name).toBe('NoSuchKey');
  });

  test('a copy shares the bytes and outlives its source', async () => {
    const { call, put, text } = await aBucket();
    await put('a', 'shared');
    await call('CopyObject', { Bucket: 'store', Key: 'b', CopySource: 'store/a' });
    await call('DeleteObject', { Bucket: 'store', Key: 'a' });
    expect(await text('b')).toBe('shared');
  });

  test('bytes that no version holds any more leave the world', async () => {
    const { call, put, world } = await aBucket();
    await put('a', 'same');
    await put('b', 'same');
    const bodies = () => [...world.tables.dump()].filter(([table]) => table === 's3.bodies').length;
    await call('DeleteObject', { Bucket: 'store', Key: 'a' });
    expect(bodies()).toBe(1);
    await call('DeleteObject', { Bucket: 'store', Key: 'b' });
    expect(bodies()).toBe(0);
  });
});

describe('versions', () => {
  test('a deleted object is hidden by a marker and comes back when the marker is deleted', async () => {
    const { call, put, text, errorOf } = await aBucket({ versioned: true });
    const first = await put('a', 'one');
    await put('a', 'two');
    const marker = await call('DeleteObject', { Bucket: 'store', Key: 'a' });
    expect(marker).toMatchObject({ DeleteMarker: true });
    expect((await errorOf('GetObject', { Bucket: 'store', Key: 'a' })).name).toBe('NoSuchKey');
    expect(await text('a', { VersionId: first.VersionId })).toBe('one');
    const asked = { Bucket: 'store', Key: 'a', VersionId: marker.VersionId };
    expect((await errorOf('GetObject', asked)).name).toBe('MethodNotAllowed');
    await call('DeleteObject', asked);
    expect(await text('a')).toBe('two');
  });

  test('a bucket is empty only when every version and every marker is gone', async () => {
    const { call, put, errorOf } = await aBucket({ versioned: true });
    await put('a');
    await call('DeleteObject', { Bucket: 'store', Key: 'a' });
    expect((await errorOf('DeleteBucket', { Bucket: 'store' })).name).toBe('BucketNotEmpty');
    const { Versions, DeleteMarkers } = await call<{ Versions: Listed[]; DeleteMarkers: Listed[] }>(
      'ListObjectVersions',
      { Bucket: 'store' },
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    expect(Objects).toHaveLength(2);
    await call('DeleteObjects', { Bucket: 'store', Delete: { Objects } });
    await call('DeleteBucket', { Bucket: 'store' });
  });
});

test('a listing of versions continues after pages whose versions were deleted', async () => {
  const { call, put } = await aBucket({ versioned: true });
  for (let count = 0; count < 5; count += 1) await put('a');
  await put('b');
  let removed = 0;
  let markers = {};
  for (;;) {
    const page = await call<{
      Versions?: Listed[];
      IsTruncated: boolean;
      NextKeyMarker?: string;
      NextVersionIdMarker?: string;
    }>('ListObjectVersions', { Bucket: 'store', MaxKeys: 2, ...markers });
    const Objects = (page.Versions ?? []).map(({ Key, VersionId }) => ({ Key, VersionId }));
    await call('DeleteObjects', { Bucket: 'store', Delete: { Objects } });
    removed += Objects.length;
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    if (!page.IsTruncated) break;
  }
  expect(removed).toBe(6);
  await call('DeleteBucket', { Bucket: 'store' });
});

interface Listed {
  readonly Key: string;
  readonly VersionId: string;
}

describe('listings', () => {
  test('follow the order of bytes, in pages, each key once', async () => {
    const { call, put } = await aBucket();
    for (const key of ['b', 'a/2', 'a/1', 'Z', 'é']) await put(key);
    const keys: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await call<{ Contents: Listed[]; NextContinuationToken?: string }>('ListObjectsV2', {
        Bucket: 'store',
        MaxKeys: 2,
        ContinuationToken,
      });
      keys.push(...page.Contents.map((one) => one.Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(keys).toEqual(['Z', 'a/1', 'a/2', 'b', 'é']);
  });

  test('a delimiter folds what lies deeper into common prefixes, also across pages', async () => {
    const { call, put } = await aBucket();
    for (const key of ['c/x/1', 'c/x/2', 'c/y/1', 'c/z']) await put(key);
    const list = (more: object) =>
      call<{ NextContinuationToken?: string }>('ListObjectsV2', {
        Bucket: 'store',
        Prefix: 'c/',
        Delimiter: '/',
        MaxKeys: 1,
        ...more,
      });
    const first = await list({});
    expect(first).toMatchObject({ CommonPrefixes: [{ Prefix: 'c/x/' }], KeyCount: 1, IsTruncated: true });
    const second = await list({ ContinuationToken: first.NextContinuationToken });
    expect(second).toMatchObject({ CommonPrefixes: [{ Prefix: 'c/y/' }] });
    const third = await list({ ContinuationToken: second.NextContinuationToken });
    expect(third).toMatchObject({ Contents: [{ Key: 'c/z' }], IsTruncated: false });
  });

  test('more than a thousand keys cannot be deleted at once', async () => {
    const { errorOf } = await aBucket();
    const Objects = Array.from({ length: 1001 }, (_, index) => ({ Key: `k${index}` }));
    expect((await errorOf('DeleteObjects', { Bucket: 'store', Delete: { Objects } })).name).toBe('MalformedXML');
  });
});
