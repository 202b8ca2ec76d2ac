import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { bucketArn, bucketNamed } from './buckets.ts';
import { isOlder, keysWith, type ObjectVersion, type Version } from './objects.ts';

/** Keys of one page (source: API reference, ListObjectsV2). */
const largestPage = 1000;

const pageInput = {
  Bucket: z.string(),
  Prefix: z.string().optional(),
  Delimiter: z.string().optional(),
  MaxKeys: z.int().min(0).optional(),
};

export const ListObjectsV2 = operation({
  input: z.strictObject({
    ...pageInput,
    ContinuationToken: z.string().optional(),
    StartAfter: z.string().optional(),
  }),
  access: (_world, input) => listAccess('ListBucket', input),
  run: (world, input) => {
    bucketNamed(world, input.Bucket);
    const { Prefix = '', Delimiter, ContinuationToken } = input;
    const start = ContinuationToken === undefined ? (input.StartAfter ?? '') : startIn(ContinuationToken);
    const size = Math.min(input.MaxKeys ?? largestPage, largestPage);

    const Contents: object[] = [];
    const prefixes = new Set<string>();
    let last = '';
    let more = false;
    for (const [key, versions] of keysWith(world, input.Bucket, Prefix)) {
      const [newest] = versions;
      if (!newest || newest.isDeleteMarker) continue;
      const common = commonPrefix(key, Prefix, Delimiter);
      const entry = common ?? key;
      // A page that ended at a common prefix continues behind all its keys.
      if (Buffer.compare(Buffer.from(entry), Buffer.from(start)) <= 0) continue;
      if (common !== undefined && prefixes.has(common)) continue;
      more = Contents.length + prefixes.size === size;
      if (more) break;
      if (common === undefined) Contents.push(described(key, newest));
      else prefixes.add(common);
      last = entry;
    }
    return {
      Name: input.Bucket,
      Prefix,
      MaxKeys: size,
      KeyCount: Contents.length + prefixes.size,
      IsTruncated: more,
      ...(Delimiter !== undefined && { Delimiter }),
      ...(Contents.length > 0 && { Contents }),
      ...(prefixes.size > 0 && { CommonPrefixes: [...prefixes].map((one) => ({ Prefix: one })) }),
      ...(ContinuationToken !== undefined && { ContinuationToken }),
      ...(more && { NextContinuationToken: Buffer.from(`after:${last}`).toString('base64url') }),
    };
  },
});

export const ListObjectVersions = operation({
  input: z.strictObject({
    ...pageInput,
    Delimiter: z.undefined().optional(),
    KeyMarker: z.string().optional(),
    VersionIdMarker: z.string().optional(),
  }),
  access: (_world, input) => listAccess('ListBucketVersions', input),
  run: (world, input) => {
    bucketNamed(world, input.Bucket);
    const size = Math.min(input.MaxKeys ?? largestPage, largestPage);
    const all = keysWith(world, input.Bucket, input.Prefix ?? '').flatMap(([key, versions]) =>
      versions.map((version, index) => ({ key, version, isLatest: index === 0 })),
    );
    const rest = all.slice(firstAfter(all, input.KeyMarker, input.VersionIdMarker));
    const page = rest.slice(0, size);
    const last = page.at(-1);
    const Versions = page.flatMap(({ key, version, isLatest }) =>
      version.isDeleteMarker ? [] : [{ ...described(key, version), VersionId: version.versionId, IsLatest: isLatest }],
    );
    const DeleteMarkers = page.flatMap(({ key, version, isLatest }) =>
      version.isDeleteMarker
        ? [{ Key: key, VersionId: version.versionId, IsLatest: isLatest, LastModified: new Date(version.modifiedAt) }]
        : [],
    );
    const truncated = rest.length > page.length;
    return {
      Name: input.Bucket,
      Prefix: input.Prefix ?? '',
      MaxKeys: size,
      IsTruncated: truncated,
      ...(Versions.length > 0 && { Versions }),
      ...(DeleteMarkers.length > 0 && { DeleteMarkers }),
      ...(truncated && last && { NextKeyMarker: last.key, NextVersionIdMarker: last.version.versionId }),
    };
  },
});

interface Listed {
  readonly key: string;
  readonly version: Version;
}

function firstAfter(all: readonly Listed[], key: string | undefined, versionId: string | undefined): number {
  if (key === undefined) return 0;
  const wanted = Buffer.from(key);
  const index = all.findIndex((one) => one.key === key && one.version.versionId === versionId);
  if (index >= 0) return index + 1;
  // The version at which the last page ended may have been deleted since: its older ones are still to come.
  const next = all.findIndex(
    (one) =>
      Buffer.compare(Buffer.from(one.key), wanted) > 0 ||
      (one.key === key && versionId !== undefined && isOlder(one.version.versionId, versionId)),
  );
  return next < 0 ? all.length : next;
}

function listAccess(
  action: string,
  input: {
    readonly Bucket: string;
    readonly Prefix?: string | undefined;
    readonly Delimiter?: string | undefined;
    readonly MaxKeys?: number | undefined;
  },
) {
  // A request without a prefix has no s3:prefix at all: a condition on it does not match.
  const context = {
    ...(input.Prefix !== undefined && { 's3:prefix': input.Prefix }),
    ...(input.Delimiter !== undefined && { 's3:delimiter': input.Delimiter }),
    ...(input.MaxKeys !== undefined && { 's3:max-keys': String(input.MaxKeys) }),
  };
  return [{ action: `s3:${action}`, resource: bucketArn(input.Bucket), context }];
}

function described(key: string, version: ObjectVersion) {
  return {
    Key: key,
    ETag: version.eTag,
    Size: version.size,
    LastModified: new Date(version.modifiedAt),
    StorageClass: 'STANDARD',
  };
}

function commonPrefix(key: string, prefix: string, delimiter: string | undefined): string | undefined {
  if (!delimiter) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function startIn(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('after:')) {
    throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
  }
  return text.slice('after:'.length);
}
