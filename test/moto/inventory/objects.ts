import { ListBucketsCommand, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import type { Account, Resource } from './resource.ts';

/** Objects, with every version of them. */
export async function objectsIn(account: Account): Promise<Resource[]> {
  const client = new S3Client({ ...account, forcePathStyle: true });
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  const found: Resource[] = [];
  for (const { Name: Bucket = '' } of Buckets) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    for (const { Key = '', VersionId } of [...Versions, ...DeleteMarkers])
      found.push({ type: 'object', id: `${Bucket}/${Key}?versionId=${VersionId}`, tags: {}, properties: { Key } });
  }
  return found;
}
