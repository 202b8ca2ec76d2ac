import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { HttpRequest } from '@smithy/core/protocols';
import { s3 } from '../clients/s3.ts';
import { now } from '../environment.ts';
import { httpStatusOf } from '../httpStatus.ts';
import type { ObjectAddress } from './assetObjects.ts';

/** What the machine asks to store. */
export interface OfferedSnapshot extends ObjectAddress {
  readonly region: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A machine asks when it has saved and compressed, so it uploads at once. */
const validSeconds = 900;

/**
 * A URL by which these bytes, and no others, can be stored once at this key: length, checksum, encryption and the condition that
 * nothing is there are signed, so anyone who holds it can neither read nor replace anything.
 */
export async function presignSnapshot({ bucket, key, region, sizeBytes, sha256 }: OfferedSnapshot): Promise<string> {
  const headers = {
    host: `${bucket}.s3.${region}.amazonaws.com`,
    'content-length': String(sizeBytes),
    'if-none-match': '*',
    'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
    'x-amz-server-side-encryption': 'AES256',
  };
  const { credentials, sha256: hash } = s3.config;
  const presigner = new S3RequestPresigner({ region, credentials, sha256: hash });
  const request = new HttpRequest({
    method: 'PUT',
    protocol: 'https:',
    hostname: headers.host,
    path: `/${key}`,
    headers,
  });
  const { path, query = {} } = await presigner.presign(request, {
    expiresIn: validSeconds,
    signingDate: now(),
    // Whatever S3 would read from the query instead need not be sent.
    unhoistableHeaders: new Set(Object.keys(headers)),
  });
  return `https://${headers.host}${path}?${new URLSearchParams(query as Record<string, string>).toString().replaceAll('+', '%20')}`;
}

/** An object as S3 keeps it. */
export interface StoredSnapshot {
  readonly sizeBytes: number;
  /** Hexadecimal; empty where S3 has none. */
  readonly sha256: string;
  /** ISO 8601 */
  readonly storedAt: string;
}

/**
 * What S3 keeps at this key: it has compared the bytes with the checksum when they came. Without the right to list the bucket, a HEAD
 * of what is not there is answered 403, and without a body, so that the SDK has no name for it.
 */
export async function findSnapshot({ bucket, key }: ObjectAddress): Promise<StoredSnapshot | undefined> {
  try {
    const found = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ChecksumMode: 'ENABLED' }));
    return {
      sizeBytes: found.ContentLength ?? 0,
      sha256: Buffer.from(found.ChecksumSHA256 ?? '', 'base64').toString('hex'),
      storedAt: (found.LastModified ?? now()).toISOString(),
    };
  } catch (error) {
    if (notThere.has(httpStatusOf(error))) return undefined;
    throw error;
  }
}

const notThere: ReadonlySet<number | undefined> = new Set([403, 404]);
