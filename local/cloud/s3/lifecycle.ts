import { nowOf, type World } from '../world.ts';
import { type Bucket, bucketNamed, type LifecycleRule, putBucket } from './buckets.ts';
import { addVersion, keysWith, nullVersion, removeVersion, type Version } from './objects.ts';

/** Applies a bucket's rules once for each day that began since: S3 queues what is due at midnight UTC. */
export function applyLifecycle(world: World, name: string): void {
  const bucket = bucketNamed(world, name);
  const today = dayOf(nowOf(world));
  if (!bucket.lifecycle || (bucket.lifecycleDay ?? today) >= today) return;
  putBucket(world, { ...bucket, lifecycleDay: today });
  for (const one of bucket.lifecycle) {
    if (!one.enabled) continue;
    for (const [key, versions] of keysWith(world, name, one.prefix)) applyRule(world, bucket, one, key, versions);
  }
}

function applyRule(
  world: World,
  bucket: Bucket,
  { expirationDays, noncurrentDays, removesLoneDeleteMarkers }: LifecycleRule,
  key: string,
  versions: readonly Version[],
): void {
  const midnight = dayOf(nowOf(world)) * dayMilliseconds;
  // An object is as old as the first midnight after its days have passed.
  const isOlder = (since: number, days: number) => since + days * dayMilliseconds <= midnight;
  const [newest, ...noncurrent] = versions;
  if (!newest) return;
  for (const [index, version] of noncurrent.entries()) {
    const supersededAt = versions[index]?.modifiedAt ?? newest.modifiedAt;
    if (noncurrentDays !== undefined && isOlder(supersededAt, noncurrentDays)) {
      removeVersion(world, bucket.name, key, version);
    }
  }
  if (newest.isDeleteMarker) {
    if (removesLoneDeleteMarkers && noncurrent.length === 0) removeVersion(world, bucket.name, key, newest);
    return;
  }
  if (expirationDays === undefined || !isOlder(newest.modifiedAt, expirationDays)) return;
  if (bucket.versioning === undefined) removeVersion(world, bucket.name, key, newest);
  else addVersion(world, bucket, key, { isDeleteMarker: true, versionId: nullVersion, modifiedAt: midnight });
}

const dayMilliseconds = 86_400_000;

export function dayOf(time: number): number {
  return Math.floor(time / dayMilliseconds);
}
