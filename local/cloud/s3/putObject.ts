import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { type Encryption, encryptionOf, keyAccess, objectAccess } from './access.ts';
import { keepBody, readBody } from './bodies.ts';
import { bucketNamed } from './buckets.ts';
import { addVersion, currentObject, nullVersion, type ObjectVersion } from './objects.ts';

/** One PUT takes so much (source: S3 user guide, "Uploading objects"). */
const largestPutBytes = 5 * 1024 ** 3;
const longestKeyBytes = 1024;

/** The parameters that describe a new object, of PutObject and CopyObject. */
export const newObjectInput = {
  ContentType: z.string().optional(),
  ContentEncoding: z.string().optional(),
  CacheControl: z.string().optional(),
  Metadata: z.record(z.string(), z.string()).optional(),
  ServerSideEncryption: z.enum(['AES256', 'aws:kms']).optional(),
  SSEKMSKeyId: z.string().optional(),
  BucketKeyEnabled: z.boolean().optional(),
  Tagging: z.string().optional(),
};

const input = z.strictObject({
  Bucket: z.string(),
  Key: z.string().min(1),
  Body: z.custom<unknown>().optional(),
  ContentLength: z.int().min(0).optional(),
  ContentMD5: z.string().optional(),
  ChecksumAlgorithm: z.literal('SHA256').optional(),
  ChecksumSHA256: z.string().optional(),
  IfNoneMatch: z.string().optional(),
  IfMatch: z.string().optional(),
  ...newObjectInput,
});
export type PutObjectInput = z.infer<typeof input>;

export const PutObject = operation({
  input,
  access: (world, request) => putAccess(world, request),
  run: async (world, request) => {
    bucketNamed(world, request.Bucket);
    refuseUnfitRequest(request);
    const bytes = await readBody(world, request.Body, request.ContentLength);
    const checksum = checkedBody(request, bytes);

    // Others may have written while a stream was read: conditions hold at the end, as in S3.
    const bucket = bucketNamed(world, request.Bucket);
    refuseUnmetConditions(request, currentObject(world, request.Bucket, request.Key));
    const encryption = encryptionOf(world, request);
    const version = addVersion(world, bucket, request.Key, {
      isDeleteMarker: false,
      versionId: nullVersion,
      modifiedAt: nowOf(world),
      body: keepBody(world, bytes),
      size: bytes.length,
      eTag: eTagOf(world, bytes, encryption),
      ...describedBy(request),
      encryption,
      ...(checksum !== undefined && { checksumSha256: checksum }),
    });
    return { ETag: version.eTag, ...answeredWith(version) };
  },
});

/** What IAM must allow to write an object: the action itself, tags on it, the key that encrypts it. */
export function putAccess(
  world: World,
  request: {
    readonly Bucket: string;
    readonly Key: string;
    readonly IfNoneMatch?: string | undefined;
    readonly ServerSideEncryption?: 'AES256' | 'aws:kms' | undefined;
    readonly SSEKMSKeyId?: string | undefined;
    readonly BucketKeyEnabled?: boolean | undefined;
    readonly Tagging?: string | undefined;
  },
): readonly Access[] {
  const tags = Object.entries(tagsIn(request.Tagging));
  const context = {
    ...(request.ServerSideEncryption && { 's3:x-amz-server-side-encryption': request.ServerSideEncryption }),
    ...(request.SSEKMSKeyId && { 's3:x-amz-server-side-encryption-aws-kms-key-id': request.SSEKMSKeyId }),
    ...(request.IfNoneMatch && { 's3:if-none-match': request.IfNoneMatch }),
    ...Object.fromEntries(tags.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
    ...(tags.length > 0 && { 's3:RequestObjectTagKeys': tags.map(([key]) => key) }),
  };
  return [
    objectAccess('PutObject', request, context),
    ...(tags.length > 0 ? [objectAccess('PutObjectTagging', request, context)] : []),
    ...keyAccess(world, 'kms:GenerateDataKey', encryptionOf(world, request), request),
  ];
}

/** Headers and tags as the version keeps them. */
export function describedBy(request: {
  readonly ContentType?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly Tagging?: string | undefined;
}) {
  return {
    contentType: request.ContentType ?? 'application/octet-stream',
    ...(request.ContentEncoding !== undefined && { contentEncoding: request.ContentEncoding }),
    ...(request.CacheControl !== undefined && { cacheControl: request.CacheControl }),
    // Metadata travels as headers, whose names have no case.
    metadata: Object.fromEntries(
      Object.entries(request.Metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    tags: tagsIn(request.Tagging),
  };
}

/** The part of an answer that says how the version is kept. */
export function answeredWith(version: ObjectVersion) {
  const { encryption } = version;
  return {
    ServerSideEncryption: encryption.algorithm,
    ...(encryption.keyArn !== undefined && { SSEKMSKeyId: encryption.keyArn }),
    ...(encryption.bucketKeyEnabled && { BucketKeyEnabled: true }),
    ...(version.checksumSha256 !== undefined && { ChecksumSHA256: version.checksumSha256 }),
    ...(version.versionId !== nullVersion && { VersionId: version.versionId }),
  };
}

function refuseUnfitRequest(request: PutObjectInput): void {
  if (Buffer.byteLength(request.Key) > longestKeyBytes) throw new AwsError('KeyTooLongError', 'Your key is too long');
  if (request.SSEKMSKeyId !== undefined && request.ServerSideEncryption !== 'aws:kms') {
    throw new AwsError(
      'InvalidArgument',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    );
  }
  if (request.ChecksumSHA256 !== undefined && !/^[A-Za-z0-9+/]{43}=$/.test(request.ChecksumSHA256)) {
    throw new AwsError('InvalidRequest', 'Value for x-amz-checksum-sha256 header is invalid.');
  }
  if (request.IfNoneMatch !== undefined && request.IfNoneMatch !== '*') {
    throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501);
  }
}

/** Compares the bytes with what the request says of them; answers their checksum where one is wanted. */
function checkedBody(request: PutObjectInput, bytes: Uint8Array): string | undefined {
  if (request.ContentLength !== undefined && request.ContentLength !== bytes.length) {
    throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
  }
  if (bytes.length > largestPutBytes) {
    throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  }
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest('base64');
  if (request.ContentMD5 !== undefined && request.ContentMD5 !== digest('md5')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (request.ChecksumSHA256 === undefined && request.ChecksumAlgorithm === undefined) return undefined;
  const checksum = digest('sha256');
  if (request.ChecksumSHA256 !== undefined && request.ChecksumSHA256 !== checksum) {
    throw new AwsError('BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
  }
  return checksum;
}

function refuseUnmetConditions(request: PutObjectInput, current: ObjectVersion | undefined): void {
  const unmet = new AwsError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
  );
  if (request.IfNoneMatch === '*' && current) throw unmet;
  if (request.IfMatch === undefined) return;
  if (!current) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (request.IfMatch !== current.eTag && request.IfMatch !== current.eTag.replaceAll('"', '')) throw unmet;
}

/** The MD5 of the bytes, except under KMS, where it is nothing that a client could compute (source: API reference, Object). */
function eTagOf(world: World, bytes: Uint8Array, encryption: Encryption): string {
  if (encryption.algorithm === 'aws:kms') return `"${world.random.hex(32)}"`;
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function tagsIn(tagging: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(tagging ?? ''));
}
