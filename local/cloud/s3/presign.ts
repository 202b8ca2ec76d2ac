import { createHmac } from 'node:crypto';
import type { Cloud } from '../cloud.ts';
import { AwsError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { nowOf, tableOf, type World } from '../world.ts';

/** What a presigned URL lets its bearer do, in the name of whoever signed it. */
export interface Presigned {
  readonly operation: 'GetObject' | 'PutObject';
  readonly principal: Principal;
  /** The parameters that were signed: `Bucket` and `Key`, and what the bearer cannot change, such as a checksum. */
  readonly input: { readonly Bucket: string; readonly Key: string; readonly [parameter: string]: unknown };
  readonly expiresAt: number;
}

/** The longest life of a presigned URL (source: S3 user guide, "Sharing objects with presigned URLs"). */
const longestSeconds = 7 * 86_400;

/** By signature: the model does not know its callers' secrets, so it remembers what they signed. */
const presigned = tableOf<Presigned>('s3.presigned');

/** A URL for one request by someone who has no rights of their own. Rights are checked when it is used, as in AWS. */
export function presignUrl(
  world: World,
  { operation, principal, input }: Omit<Presigned, 'expiresAt'>,
  expiresInSeconds: number,
): string {
  if (expiresInSeconds > longestSeconds) throw new Error('a presigned URL lives for seven days at most');
  const url = new URL(`https://${input.Bucket}.s3.${world.region}.amazonaws.com/${encodedKey(input.Key)}`);
  const now = new Date(nowOf(world)).toISOString().replace(/[-:]|\.\d+/g, '');
  const signature = createHmac('sha256', now)
    .update(JSON.stringify([operation, principal, input, world.random.hex(32)]))
    .digest('hex');
  url.search = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': now,
    'X-Amz-Expires': String(expiresInSeconds),
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': signature,
    'x-id': operation,
  }).toString();
  presigned(world).put(signature, {
    operation,
    principal,
    input,
    expiresAt: nowOf(world) + expiresInSeconds * 1000,
  });
  return url.toString();
}

/** Does what a presigned URL allows: what a loopback server or a machine calls for a request that bears one. */
export async function redeemPresignedUrl(
  cloud: Cloud,
  request: { readonly method: string; readonly url: string; readonly body?: Uint8Array },
): Promise<unknown> {
  const url = new URL(request.url);
  const signed = presigned(cloud.world).get(url.searchParams.get('X-Amz-Signature') ?? '');
  const method = signed?.operation === 'PutObject' ? 'PUT' : 'GET';
  if (!signed || request.method !== method || !isFor(url, signed)) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    );
  }
  if (nowOf(cloud.world) >= signed.expiresAt) throw new AwsError('AccessDenied', 'Request has expired', 403);
  return cloud.call({
    principal: signed.principal,
    service: 's3',
    operation: signed.operation,
    input: { ...signed.input, ...(method === 'PUT' && { Body: request.body ?? new Uint8Array() }) },
  });
}

function isFor(url: URL, { input }: Presigned): boolean {
  return url.hostname.startsWith(`${input.Bucket}.s3.`) && url.pathname === `/${encodedKey(input.Key)}`;
}

function encodedKey(key: string): string {
  return key.split('/').map(encodeURIComponent).join('/');
}
