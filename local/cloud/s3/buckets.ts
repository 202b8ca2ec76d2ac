import { AwsError } from '../errors.ts';
import { tableOf, type World } from '../world.ts';

/** A bucket with its settings. Its objects are in objects.ts. */
export interface Bucket {
  readonly name: string;
  readonly createdAt: number;
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly encryption: BucketEncryption;
  readonly publicAccessBlock?: PublicAccessBlock;
  readonly ownership: 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';
  /** JSON, as it was put. */
  readonly policy?: string;
  readonly lifecycle?: readonly LifecycleRule[];
  readonly tags?: Readonly<Record<string, string>>;
  /** The day (since the epoch) up to which the lifecycle rules were applied. */
  readonly lifecycleDay?: number;
}

export interface BucketEncryption {
  readonly algorithm: 'AES256' | 'aws:kms';
  readonly keyId?: string;
  readonly bucketKeyEnabled: boolean;
}

export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** A lifecycle rule, days only. */
export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  readonly expirationDays?: number;
  readonly noncurrentDays?: number;
  readonly removesLoneDeleteMarkers: boolean;
}

const buckets = tableOf<Bucket>('s3.buckets');

/** The bucket of this name, or undefined. */
export function findBucket(world: World, name: string): Bucket | undefined {
  return buckets(world).get(name);
}

/** The bucket of this name, or AWS's NoSuchBucket. */
export function bucketNamed(world: World, name: string): Bucket {
  const bucket = findBucket(world, name);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  return bucket;
}

export function putBucket(world: World, bucket: Bucket): void {
  buckets(world).put(bucket.name, bucket);
}

export function removeBucket(world: World, name: string): void {
  buckets(world).delete(name);
}

export function allBuckets(world: World): Bucket[] {
  return [...buckets(world).rows()];
}

/** Buckets have ARNs without account and Region. */
export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

export function objectArn(bucket: string, key: string): string {
  return `arn:aws:s3:::${bucket}/${key}`;
}
