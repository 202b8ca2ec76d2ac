import { crc32 } from 'node:zlib';
import type { Cloud } from '../cloud.ts';
import { AwsError } from '../errors.ts';
import { sessionOf } from '../sts/sessions.ts';
import { nowOf, type World } from '../world.ts';
import { encoded, isSame, presignedSignature, type SignedRequest, scopeOf } from './signature.ts';

/** Temporary credentials, as the SDK has them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The longest life of a presigned URL (source: S3 user guide, "Sharing objects with presigned URLs"). */
const longestSeconds = 7 * 86_400;

/** A URL for one request by someone who has no credentials, as the SDK's presigner makes it. */
export function presignUrl(
  world: World,
  { method, bucket, key }: { readonly method: 'GET' | 'PUT'; readonly bucket: string; readonly key: string },
  credentials: Credentials,
  expiresInSeconds: number,
): string {
  const path = key.split('/').map(encoded).join('/');
  const url = new URL(`https://${bucket}.s3.${world.region}.amazonaws.com/${path}`);
  const date = new Date(nowOf(world)).toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = {
    accessKeyId: credentials.accessKeyId,
    date: date.slice(0, 8),
    region: world.region,
    service: 's3',
  };
  url.searchParams.set('X-Amz-Algorithm', 'AWS4-HMAC-SHA256');
  url.searchParams.set('X-Amz-Credential', `${scope.accessKeyId}/${scope.date}/${scope.region}/s3/aws4_request`);
  url.searchParams.set('X-Amz-Date', date);
  url.searchParams.set('X-Amz-Expires', String(expiresInSeconds));
  url.searchParams.set('X-Amz-Security-Token', credentials.sessionToken);
  url.searchParams.set('X-Amz-SignedHeaders', 'host');
  const signature = presignedSignature({ method, url: url.toString() }, scope, credentials.secretAccessKey);
  url.searchParams.set('X-Amz-Signature', signature);
  return url.toString();
}

/**
 * Does what a presigned URL allows, with the rights that its signer has now: what the loopback server and the machines
 * call for a request that bears one.
 */
export async function redeemPresignedUrl(
  cloud: Cloud,
  request: SignedRequest & { readonly body?: Uint8Array },
): Promise<unknown> {
  const url = new URL(request.url);
  const scope = scopeOf(url);
  const session = scope && sessionOf(cloud.world, scope.accessKeyId);
  if (!session || session.sessionToken !== url.searchParams.get('X-Amz-Security-Token')) {
    throw new AwsError('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.', 403);
  }
  const expected = presignedSignature(request, scope, session.secretAccessKey);
  if (!isSame(expected, url.searchParams.get('X-Amz-Signature') ?? '')) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    );
  }
  refuseExpired(cloud.world, url);
  const operation = operations[request.method];
  if (!operation)
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  const body = request.body ?? new Uint8Array();
  if (operation === 'PutObject') refuseWrongChecksum(fieldsOf(request), body);
  return cloud.call({
    principal: session.session,
    service: 's3',
    operation,
    input: { ...placeOf(url), ...(operation === 'PutObject' && { ...putInput(fieldsOf(request)), Body: body }) },
  });
}

const operations: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject' };

function refuseExpired(world: World, url: URL): void {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(url.searchParams.get('X-Amz-Date') ?? '') ?? [];
  const signedAt = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const seconds = Number(url.searchParams.get('X-Amz-Expires'));
  if (!(seconds >= 1 && seconds <= longestSeconds)) {
    throw new AwsError(
      'AuthorizationQueryParametersError',
      `X-Amz-Expires must be between 1 and ${longestSeconds} seconds`,
    );
  }
  if (!(nowOf(world) < signedAt + seconds * 1000)) throw new AwsError('AccessDenied', 'Request has expired', 403);
}

/** What the request says beside its body: the SDK's presigner puts most headers into the query. */
function fieldsOf({ url, headers }: SignedRequest): ReadonlyMap<string, string> {
  const query = [...new URL(url).searchParams].map(([name, value]) => [name.toLowerCase(), value] as const);
  return new Map([...query, ...Object.entries(headers ?? {})]);
}

/** The SDK's presigner signs the CRC32 of an empty body unless it is configured not to: S3 then refuses every other body. */
function refuseWrongChecksum(fields: ReadonlyMap<string, string>, body: Uint8Array): void {
  const promised = fields.get('x-amz-checksum-crc32');
  if (promised === undefined) return;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  if (bytes.toString('base64') === promised) return;
  throw new AwsError('BadDigest', 'The CRC32 you specified did not match the calculated checksum.');
}

/** The parameters of PutObject by their header. */
const putHeaders: Readonly<Record<string, string>> = {
  'content-type': 'ContentType',
  'content-md5': 'ContentMD5',
  'cache-control': 'CacheControl',
  'content-encoding': 'ContentEncoding',
  'if-none-match': 'IfNoneMatch',
  'if-match': 'IfMatch',
  'x-amz-checksum-sha256': 'ChecksumSHA256',
  'x-amz-server-side-encryption': 'ServerSideEncryption',
  'x-amz-server-side-encryption-aws-kms-key-id': 'SSEKMSKeyId',
  'x-amz-tagging': 'Tagging',
};

function putInput(fields: ReadonlyMap<string, string>): Record<string, unknown> {
  const known = Object.entries(putHeaders).flatMap(([header, parameter]) => {
    const value = fields.get(header);
    return value === undefined ? [] : [[parameter, value] as const];
  });
  const metadata = [...fields].flatMap(([name, value]) =>
    name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), value] as const] : [],
  );
  return { ...Object.fromEntries(known), ...(metadata.length > 0 && { Metadata: Object.fromEntries(metadata) }) };
}

/** Bucket and key, from `bucket.s3.region…/key` or, on any other host, from `/bucket/key`. */
function placeOf(url: URL): { Bucket: string; Key: string } {
  const path = decodeURIComponent(url.pathname.slice(1));
  const bucket = /^(.+)\.s3[.-]/.exec(url.hostname)?.[1];
  if (bucket !== undefined) return { Bucket: bucket, Key: path };
  const slash = path.indexOf('/');
  return { Bucket: path.slice(0, slash), Key: path.slice(slash + 1) };
}
