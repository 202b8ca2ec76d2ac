import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf } from '../world.ts';
import { encryptionOf } from './access.ts';
import { shareBody } from './bodies.ts';
import { bucketNamed } from './buckets.ts';
import { answeredWith, describedBy, newObjectInput, putAccess } from './newObject.ts';
import { addVersion } from './objects.ts';
import { readAccess, readableVersion } from './readObject.ts';

export const CopyObject = operation({
  input: z.strictObject({
    Bucket: z.string(),
    Key: z.string().min(1),
    CopySource: z.string(),
    MetadataDirective: z.enum(['COPY', 'REPLACE']).optional(),
    ...newObjectInput,
  }),
  access: (world, input) => [...readAccess(world, sourceOf(input.CopySource)), ...putAccess(world, input)],
  run: (world, input, call) => {
    const bucket = bucketNamed(world, input.Bucket);
    const from = sourceOf(input.CopySource);
    const source = readableVersion(world, from, call);
    const replaces = input.MetadataDirective === 'REPLACE';
    if (from.Bucket === input.Bucket && from.Key === input.Key && !replaces) {
      throw new AwsError(
        'InvalidRequest',
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    shareBody(world, source.body);
    const copy = addVersion(world, bucket, input.Key, {
      ...source,
      ...(replaces && describedBy(input)),
      modifiedAt: nowOf(world),
      encryption: encryptionOf(world, input),
    });
    const { VersionId, ...kept } = answeredWith(copy);
    return {
      CopyObjectResult: { ETag: copy.eTag, LastModified: new Date(copy.modifiedAt) },
      ...kept,
      ...(VersionId !== undefined && { VersionId }),
    };
  },
});

/** `bucket/key?versionId=…`, the key percent-encoded, a slash before it allowed. */
function sourceOf(source: string) {
  const [path = '', query] = source.replace(/^\//, '').split('?versionId=');
  const slash = path.indexOf('/');
  if (slash < 1)
    throw new AwsError('InvalidArgument', 'Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  return {
    Bucket: path.slice(0, slash),
    Key: decodeURIComponent(path.slice(slash + 1)),
    VersionId: query,
  };
}
