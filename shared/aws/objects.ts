import { DeleteObjectsCommand, ListObjectVersionsCommand, type ObjectIdentifier } from '@aws-sdk/client-s3';
import { s3 } from '../clients/s3.ts';

/** Deletes every object under the prefix with all its versions and delete markers, and returns how many those were. */
export async function removeObjects(bucket: string, prefix: string): Promise<number> {
  let deleted = 0;
  // A page of versions is 1,000 at most, which is also what one DeleteObjects takes (source: S3 API reference).
  for await (const page of versionPages(bucket, prefix)) {
    await removePage(bucket, page);
    deleted += page.length;
  }
  return deleted;
}

/** The client has no paginator for versions. */
async function* versionPages(bucket: string, prefix: string): AsyncGenerator<ObjectIdentifier[]> {
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (let more = true; more; ) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...markers }));
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    yield versions.map(({ Key, VersionId }) => ({ Key, VersionId }));
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    more = page.IsTruncated === true;
  }
}

async function removePage(bucket: string, objects: ObjectIdentifier[]): Promise<void> {
  if (objects.length === 0) return;
  const { Errors } = await s3.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: objects, Quiet: true } }),
  );
  const [first] = Errors ?? [];
  if (first) throw new Error(`${Errors?.length} objects stay, first ${first.Key}: ${first.Code} ${first.Message}`);
}
