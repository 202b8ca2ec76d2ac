import * as z from 'zod';
import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { encryptionOf, keyAccess, objectAccess } from './access.ts';
import { nullVersion, type ObjectVersion } from './objects.ts';

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

export const putObjectInput = z.strictObject({
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
export type PutObjectInput = z.infer<typeof putObjectInput>;

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

function tagsIn(tagging: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(tagging ?? ''));
}
