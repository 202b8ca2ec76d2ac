import type { Access } from '../operation.ts';
import { arnOf, type World } from '../world.ts';
import { bucketArn, findBucket, objectArn } from './buckets.ts';

/** The access of an operation on a bucket itself; S3's action names often differ from the operation's. */
export function onBucket(action: string) {
  return (_world: World, input: { readonly Bucket: string }): readonly Access[] => [
    { action: `s3:${action}`, resource: bucketArn(input.Bucket) },
  ];
}

/** One access on one object. */
export function objectAccess(
  action: string,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
  context: Readonly<Record<string, string | readonly string[]>> = {},
): Access {
  return { action: `s3:${action}`, resource: objectArn(Bucket, Key), context };
}

/** How an object is or will be encrypted. */
export interface Encryption {
  readonly algorithm: 'AES256' | 'aws:kms';
  readonly keyArn?: string;
  readonly bucketKeyEnabled: boolean;
}

/**
 * S3 uses the caller's own rights on a KMS key, through S3 and bound to the object, or to the bucket where a bucket key
 * is on (source: S3 user guide, "Using server-side encryption with AWS KMS keys").
 */
export function keyAccess(
  world: World,
  action: 'kms:GenerateDataKey' | 'kms:Decrypt',
  encryption: Encryption,
  { Bucket, Key }: { readonly Bucket: string; readonly Key: string },
): readonly Access[] {
  if (!encryption.keyArn) return [];
  const bound = encryption.bucketKeyEnabled ? bucketArn(Bucket) : objectArn(Bucket, Key);
  return [
    {
      action,
      resource: encryption.keyArn,
      context: {
        'kms:ViaService': `s3.${world.region}.amazonaws.com`,
        'kms:CallerAccount': world.account,
        'kms:EncryptionContext:aws:s3:arn': bound,
        'kms:EncryptionContextKeys': ['aws:s3:arn'],
      },
    },
  ];
}

/** How a new object will be encrypted: as the request says, else as the bucket does. */
export function encryptionOf(
  world: World,
  input: {
    readonly Bucket: string;
    readonly ServerSideEncryption?: 'AES256' | 'aws:kms' | undefined;
    readonly SSEKMSKeyId?: string | undefined;
    readonly BucketKeyEnabled?: boolean | undefined;
  },
): Encryption {
  const byBucket = findBucket(world, input.Bucket)?.encryption;
  const algorithm = input.ServerSideEncryption ?? byBucket?.algorithm ?? 'AES256';
  const key = algorithm === 'aws:kms' ? (input.SSEKMSKeyId ?? byBucket?.keyId) : undefined;
  return {
    algorithm,
    ...(key !== undefined && { keyArn: keyArnOf(world, key) }),
    bucketKeyEnabled: algorithm === 'aws:kms' && (input.BucketKeyEnabled ?? byBucket?.bucketKeyEnabled ?? false),
  };
}

function keyArnOf(world: World, key: string): string {
  return key.startsWith('arn:') ? key : arnOf(world, 'kms', key.startsWith('alias/') ? key : `key/${key}`);
}
