import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { bodyFile, bodyOf, sdkFileStream, sdkStream } from './bodies.ts';
import { answeredWith } from './newObject.ts';
import { nullVersion, type ObjectVersion } from './objects.ts';
import { readAccess, readableVersion } from './readObject.ts';

const input = z.strictObject({
  Bucket: z.string(),
  Key: z.string().min(1),
  VersionId: z.string().optional(),
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
  Range: z.string().optional(),
  ChecksumMode: z.literal('ENABLED').optional(),
});
type GetObjectInput = z.infer<typeof input>;

export const GetObject = operation({
  input,
  access: (world, request) => readAccess(world, request),
  run: (world, request, call) => {
    const version = readableVersion(world, request, call);
    refuseUnmetConditions(request, version);
    if (request.Range === undefined) {
      return { ...described(request, version), Body: wholeBody(world, version), ContentLength: version.size };
    }
    const bytes = bodyOf(world, version.body);
    const [first, last] = rangeIn(request.Range, bytes.length);
    return {
      ...described(request, version),
      Body: sdkStream(bytes.subarray(first, last + 1)),
      ContentLength: last + 1 - first,
      ContentRange: `bytes ${first}-${last}/${bytes.length}`,
    };
  },
});

export const HeadObject = operation({
  input,
  access: (world, request) => readAccess(world, request),
  run: (world, request, call) => {
    const version = withoutBody(() => {
      const found = readableVersion(world, request, call);
      refuseUnmetConditions(request, found);
      return found;
    });
    return { ...described(request, version), ContentLength: version.size };
  },
});

function wholeBody(world: World, { body }: ObjectVersion) {
  const file = bodyFile(world, body);
  return file === undefined ? sdkStream(bodyOf(world, body)) : sdkFileStream(file);
}

/** A HEAD's answer has no body, so a client learns a code from the status only; the SDK knows one for 404 alone. */
function withoutBody<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const codes: Readonly<Record<number, string>> = { 404: 'NotFound' };
    throw new AwsError(codes[error.statusCode] ?? 'Unknown', 'UnknownError', error.statusCode);
  }
}

function described(request: GetObjectInput, version: ObjectVersion) {
  const { ChecksumSHA256, ...kept } = answeredWith(version);
  return {
    AcceptRanges: 'bytes',
    ETag: version.eTag,
    LastModified: new Date(Math.floor(version.modifiedAt / 1000) * 1000),
    ContentType: version.contentType,
    ...(version.contentEncoding !== undefined && { ContentEncoding: version.contentEncoding }),
    ...(version.cacheControl !== undefined && { CacheControl: version.cacheControl }),
    Metadata: { ...version.metadata },
    ...kept,
    ...(request.ChecksumMode && ChecksumSHA256 !== undefined && { ChecksumSHA256, ChecksumType: 'FULL_OBJECT' }),
    ...(version.versionId === nullVersion && request.VersionId !== undefined && { VersionId: nullVersion }),
  };
}

function refuseUnmetConditions(request: GetObjectInput, version: ObjectVersion): void {
  const matches = (tag: string) => tag === '*' || tag.replaceAll('"', '') === version.eTag.replaceAll('"', '');
  if (request.IfMatch !== undefined && !matches(request.IfMatch)) {
    throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
  }
  if (request.IfNoneMatch !== undefined && matches(request.IfNoneMatch)) {
    throw new AwsError('NotModified', 'Not Modified', 304);
  }
}

/** First and last byte of `bytes=0-99`, `bytes=100-` or `bytes=-100`. */
function rangeIn(range: string, size: number): [number, number] {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if ((from === '' && to === '') || first > last) {
    throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  }
  return [first, last];
}
