import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../clients/s3.ts';
import { NotReady } from '../errors.ts';
import { errorName } from './errors.ts';

export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

/** Whether the object is there. */
export async function hasObject({ bucket, key }: ObjectAddress): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFound') return false;
    throw error;
  }
}

/** Puts the object where there is none yet; S3 checks the bytes against the checksum. False when it was there already. */
export async function putObjectOnce(
  { bucket, key }: ObjectAddress,
  body: Uint8Array,
  sha256: string,
): Promise<boolean> {
  const ChecksumSHA256 = Buffer.from(sha256, 'hex').toString('base64');
  try {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ChecksumSHA256, IfNoneMatch: '*' }));
    return true;
  } catch (error) {
    if (errorName(error) === 'PreconditionFailed') return false;
    // Another writer of the same object is under way: whether it succeeds is known a moment later.
    if (errorName(error) === 'ConditionalRequestConflict')
      throw new NotReady(`${key} is being written by another run`, { cause: error });
    throw error;
  }
}
