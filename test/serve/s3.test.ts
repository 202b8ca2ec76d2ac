import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutBucketTaggingCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { aServedAccount, type ServedAccount } from './servedAccount.ts';

let account: ServedAccount;
let s3: S3Client;
const Bucket = 'things';

beforeAll(async () => {
  account = await aServedAccount();
  s3 = new S3Client(account.client);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(() => account.close());

test('an object comes back byte by byte, with its headers', async () => {
  const Body = new Uint8Array([0, 1, 254, 255]);
  const Key = 'a folder/ä+b.bin';
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'text/x', Metadata: { who: 'me' } }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await got.Body?.transformToByteArray()).toEqual(Body);
  expect(got).toMatchObject({ ContentType: 'text/x', Metadata: { who: 'me' }, ContentLength: 4 });
  expect(got.LastModified).toBeInstanceOf(Date);

  const part = await s3.send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=1-2' }));
  expect(part.$metadata.httpStatusCode).toBe(206);
  expect(await part.Body?.transformToByteArray()).toEqual(new Uint8Array([1, 254]));
  expect((await s3.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(4);
});

test('a stream that is sent in chunks arrives whole', async () => {
  const bytes = Buffer.alloc(200_000, 'chunk');
  const Body = Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'stream', Body, ContentLength: bytes.length }));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'stream' }));
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
});

test('a checksum that is not the body’s is refused', async () => {
  const put = { Bucket, Key: 'wrong', Body: 'one' };
  await expect(s3.send(new PutObjectCommand({ ...put, ChecksumCRC32: 'AAAAAA==' }))).rejects.toMatchObject({
    name: 'BadDigest',
  });
  await expect(s3.send(new HeadObjectCommand({ Bucket, Key: 'wrong' }))).rejects.toBeInstanceOf(NotFound);
});

test('what is missing, and what is there already, are the client’s own exceptions', async () => {
  await expect(s3.send(new GetObjectCommand({ Bucket, Key: 'none' }))).rejects.toBeInstanceOf(NoSuchKey);
  await s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body: 'a' }));
  const again = s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body: 'b', IfNoneMatch: '*' }));
  await expect(again).rejects.toBeInstanceOf(S3ServiceException);
  await expect(again).rejects.toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
});

test('lists are paged; objects are copied and deleted many at a time', async () => {
  for (const name of ['1', '2', '3 &<>'])
    await s3.send(new PutObjectCommand({ Bucket, Key: `list/${name}`, Body: name }));
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'list/4', CopySource: `${Bucket}/list/1` }));
  const keys = [];
  for await (const page of paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket, Prefix: 'list/' }))
    keys.push(...(page.Contents ?? []).map(({ Key }) => Key));
  expect(keys).toEqual(['list/1', 'list/2', 'list/3 &<>', 'list/4']);

  const Objects = keys.map((Key) => ({ Key: String(Key) }));
  const { Deleted } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(Deleted).toHaveLength(4);
});

test('keys that XML cannot hold are listed percent-encoded', async () => {
  await s3.send(new PutObjectCommand({ Bucket, Key: 'odd/a\u0001 b', Body: '' }));
  const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'odd/', EncodingType: 'url' }));
  expect(listed.Contents?.map(({ Key }) => Key)).toEqual(['odd/a%01%20b']);
});

test('the first version of the list continues behind its marker', async () => {
  for (const Key of ['old/1', 'old/2/a', 'old/2/b', 'old/3'])
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  const page = { Bucket, Prefix: 'old/', Delimiter: '/', MaxKeys: 2 };
  const first = await s3.send(new ListObjectsCommand(page));
  expect([first.Contents?.map(({ Key }) => Key), first.CommonPrefixes]).toEqual([['old/1'], [{ Prefix: 'old/2/' }]]);
  expect([first.IsTruncated, first.NextMarker]).toEqual([true, 'old/2/']);
  const second = await s3.send(new ListObjectsCommand({ ...page, Marker: String(first.NextMarker) }));
  expect([second.Contents?.map(({ Key }) => Key), second.IsTruncated]).toEqual([['old/3'], false]);
});

test('buckets are listed and keep their settings', async () => {
  expect((await s3.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: Bucket }]);
  const TagSet = [{ Key: 'who', Value: 'me & you' }];
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
  expect((await s3.send(new GetBucketTaggingCommand({ Bucket }))).TagSet).toEqual(TagSet);
});

describe('a presigned URL', () => {
  test('allows what it was signed for', async () => {
    const unchecked = new S3Client({ ...account.client, requestChecksumCalculation: 'WHEN_REQUIRED' });
    const put = await getSignedUrl(unchecked, new PutObjectCommand({ Bucket, Key: 'up', Metadata: { who: 'me' } }));
    expect((await fetch(put, { method: 'PUT', body: 'sent' })).status).toBe(200);
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'up' }), { expiresIn: 60 });
    const got = await fetch(get);
    expect([await got.text(), got.headers.get('x-amz-meta-who')]).toEqual(['sent', 'me']);
  });

  test('is bound to the checksum that it was signed with', async () => {
    const put = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
    expect((await fetch(put, { method: 'PUT', body: 'more' })).status).toBe(400);
    expect((await fetch(put, { method: 'PUT', body: '' })).status).toBe(200);
  });

  test('allows nothing else, and nothing once it was changed', async () => {
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'up' }), { expiresIn: 60 });
    expect((await fetch(get, { method: 'DELETE' })).status).toBe(403);
    expect((await fetch(get.replace('/up', '/once'))).status).toBe(403);
    expect((await fetch(get.replace('Expires=60', 'Expires=600'))).status).toBe(403);
  });

  test('allows nothing once it is old', async () => {
    const signingDate = new Date(Date.now() - 120_000);
    const get = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'up' }), { expiresIn: 60, signingDate });
    expect((await fetch(get)).status).toBe(403);
  });
});
