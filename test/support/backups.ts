import type { TestAccount } from './embeddedWorld.ts';
import { callAws } from './plants.ts';

/** The deployment's bucket. */
export async function bucketOf(account: TestAccount): Promise<string> {
  const { Buckets } = await callAws<{ Buckets: { Name: string }[] }>(account, 's3:ListBuckets', {});
  return Buckets[0]?.Name ?? '';
}

/** What the deployment's bucket holds below a prefix, by key. */
export async function objectsIn(account: TestAccount, Prefix: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const Bucket = await bucketOf(account);
  const { Contents = [] } = await callAws<{ Contents?: { Key: string }[] }>(account, 's3:ListObjectsV2', {
    Bucket,
    Prefix,
  });
  const objects = new Map<string, Uint8Array>();
  for (const { Key } of Contents) {
    const { Body } = await callAws<{ Body: { transformToByteArray(): Promise<Uint8Array> } }>(account, 's3:GetObject', {
      Bucket,
      Key,
    });
    objects.set(Key, Buffer.from(await Body.transformToByteArray()));
  }
  return objects;
}
