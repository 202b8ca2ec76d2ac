import { createHash, createHmac } from 'node:crypto';
import { encoded, type Scope } from '../cloud/s3/signature.ts';
import type { WireRequest } from './message.ts';

/** What a request says of its own signature. */
export interface Signature {
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20261123T024500Z` */
  readonly date: string;
  readonly sessionToken: string | undefined;
  /** Present where the signature is in the URL. */
  readonly expiresInSeconds?: number;
}

const algorithm = 'AWS4-HMAC-SHA256';

/** The signature of a request, in its Authorization header or its URL; undefined where it has none (source: IAM User Guide, "AWS Signature Version 4"). */
export function signatureOf(request: WireRequest): Signature | undefined {
  const { headers, query } = request;
  if (query.has('X-Amz-Signature')) {
    return signatureFrom({
      algorithm: query.get('X-Amz-Algorithm') ?? '',
      credential: query.get('X-Amz-Credential') ?? '',
      signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
      signature: query.get('X-Amz-Signature') ?? '',
      date: query.get('X-Amz-Date') ?? '',
      sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
      expiresInSeconds: Number(query.get('X-Amz-Expires') ?? 'NaN'),
    });
  }
  const [, given = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(headers.authorization ?? '') ?? [];
  const parts = new Map(rest.split(/,\s*/).map((part) => part.split(/=(.*)/s) as [string, string]));
  return signatureFrom({
    algorithm: given,
    credential: parts.get('Credential') ?? '',
    signedHeaders: parts.get('SignedHeaders') ?? '',
    signature: parts.get('Signature') ?? '',
    date: headers['x-amz-date'] ?? '',
    sessionToken: headers['x-amz-security-token'],
  });
}

function signatureFrom(text: {
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly sessionToken: string | undefined;
  readonly expiresInSeconds?: number;
}): Signature | undefined {
  const [accessKeyId, date, region, service, end, ...more] = text.credential.split('/');
  if (text.algorithm !== algorithm || end !== 'aws4_request' || more.length > 0) return undefined;
  if (!accessKeyId || !date || !region || !service || !text.date.startsWith(date)) return undefined;
  const { signature, sessionToken, expiresInSeconds } = text;
  return {
    scope: { accessKeyId, date, region, service },
    signedHeaders: text.signedHeaders.split(';'),
    signature,
    date: text.date,
    sessionToken,
    ...(expiresInSeconds !== undefined && { expiresInSeconds }),
  };
}

/** Milliseconds since the epoch of a signature's date; NaN where it is none. */
export function signedAt({ date }: Signature): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)?.map(Number) ?? [];
  return Date.UTC(year ?? Number.NaN, (month ?? 0) - 1, day, hour, minute, second);
}

/** The signature that the request must bear if it was made with this secret. */
export function expectedSignature(request: WireRequest, signature: Signature, secretAccessKey: string): string {
  const { date, region, service } = signature.scope;
  const canonical = [
    request.method,
    // S3 signs the path as it is sent, all others encode it once more.
    service === 's3' ? request.path : request.path.split('/').map(encoded).join('/'),
    canonicalQuery(request.query),
    ...signature.signedHeaders.map((name) => `${name}:${oneSpaced(request.headers[name] ?? '')}`),
    '',
    signature.signedHeaders.join(';'),
    payloadHash(request, signature),
  ].join('\n');
  const toSign = [
    algorithm,
    signature.date,
    `${date}/${region}/${service}/aws4_request`,
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}

/** What the signature says of the body: the promise that came with it, else the hash of what came. */
function payloadHash(request: WireRequest, { scope, expiresInSeconds }: Signature): string {
  const promised = request.headers['x-amz-content-sha256'] ?? request.query.get('X-Amz-Content-Sha256');
  if (promised !== undefined && promised !== null) return promised;
  return scope.service === 's3' && expiresInSeconds !== undefined ? 'UNSIGNED-PAYLOAD' : sha256(request.body);
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [encoded(name), encoded(value)] as const)
    .toSorted(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const oneSpaced = (text: string): string => text.trim().replace(/ +/g, ' ');

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
