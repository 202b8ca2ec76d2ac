import { AwsError } from '../errors.ts';
import { explainDenial } from '../iam/authorize.ts';
import type { Access, CallContext } from '../operation.ts';
import type { World } from '../world.ts';
import { keyAccess, objectAccess } from './access.ts';
import { bucketArn, bucketNamed } from './buckets.ts';
import { type ObjectVersion, versionNamed, versionsOf } from './objects.ts';

/** What IAM must allow to read an object, its key included. */
export function readAccess(
  world: World,
  request: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string | undefined },
): readonly Access[] {
  const versions = versionsOf(world, request.Bucket, request.Key);
  const version = request.VersionId ? versions.find((one) => one.versionId === request.VersionId) : versions[0];
  const tags = version && !version.isDeleteMarker ? Object.entries(version.tags) : [];
  const context = Object.fromEntries(tags.map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));
  return [
    request.VersionId === undefined
      ? objectAccess('GetObject', request, context)
      : objectAccess('GetObjectVersion', request, { ...context, 's3:VersionId': request.VersionId }),
    ...(version && !version.isDeleteMarker ? keyAccess(world, 'kms:Decrypt', version.encryption, request) : []),
  ];
}

/** The version that the request names, or AWS's refusal. */
export function readableVersion(
  world: World,
  request: { readonly Bucket: string; readonly Key: string; readonly VersionId?: string | undefined },
  call: CallContext,
): ObjectVersion {
  bucketNamed(world, request.Bucket);
  if (request.VersionId !== undefined) {
    const version = versionNamed(world, request.Bucket, request.Key, request.VersionId);
    if (!version.isDeleteMarker) return version;
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  }
  const [newest] = versionsOf(world, request.Bucket, request.Key);
  if (newest && !newest.isDeleteMarker) return newest;
  // A caller without the right to list the bucket does not learn that a key is absent.
  const list = { action: 's3:ListBucket', resource: bucketArn(request.Bucket) };
  const denial = explainDenial(world, call.principal, list);
  if (denial !== undefined) throw new AwsError('AccessDenied', denial, 403);
  throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
}
