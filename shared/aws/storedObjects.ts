import { GetObjectCommand } from '@aws-sdk/client-s3';
import { s3 } from '../clients/s3.ts';
import { unless } from './errors.ts';

/** The text of an object, or undefined where there is none. Without ListBucket S3 says AccessDenied for what is not there. */
export async function readObjectText(bucket: string, key: string): Promise<string | undefined> {
  const found = await unless(
    ['NoSuchKey', 'AccessDenied'],
    s3.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
  );
  return found?.Body?.transformToString('utf-8');
}
