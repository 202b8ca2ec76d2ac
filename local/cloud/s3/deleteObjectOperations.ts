import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { explainDenial } from '../iam/authorize.ts';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { objectAccess } from './access.ts';
import { bucketNamed } from './buckets.ts';
import { addVersion, nullVersion, removeVersion, versionNamed, versionsOf } from './objects.ts';

/** Keys of one DeleteObjects (source: API reference). */
const maxKeys = 1000;

interface DeletedObject {
  readonly Key: string;
  readonly VersionId?: string;
  readonly DeleteMarker?: boolean;
  readonly DeleteMarkerVersionId?: string;
}

export const DeleteObject = operation({
  input: z.strictObject({ Bucket: z.string(), Key: z.string().min(1), VersionId: z.string().optional() }),
  access: (_world, input) => [deleteAccess(input.Bucket, input.Key, input.VersionId)],
  run: (world, input) => {
    const { DeleteMarker, DeleteMarkerVersionId, VersionId } = remove(world, input.Bucket, input.Key, input.VersionId);
    const versionId = VersionId ?? DeleteMarkerVersionId;
    return { ...(DeleteMarker && { DeleteMarker }), ...(versionId !== undefined && { VersionId: versionId }) };
  },
});

export const DeleteObjects = operation({
  input: z.strictObject({
    Bucket: z.string(),
    Delete: z.strictObject({
      Objects: z.array(z.strictObject({ Key: z.string().min(1), VersionId: z.string().optional() })).min(1),
      Quiet: z.boolean().optional(),
    }),
  }),
  // S3 decides on each key by itself and answers refusals beside successes: see below.
  access: () => [],
  run: (world, input, call) => {
    bucketNamed(world, input.Bucket);
    const { Objects, Quiet } = input.Delete;
    if (Objects.length > maxKeys) {
      throw new AwsError(
        'MalformedXML',
        'The XML you provided was not well-formed or did not validate against our published schema',
      );
    }
    const Deleted: DeletedObject[] = [];
    const Errors: { Key: string; VersionId?: string; Code: string; Message: string }[] = [];
    for (const { Key, VersionId } of Objects) {
      const named = { Key, ...(VersionId !== undefined && { VersionId }) };
      const denial = explainDenial(world, call.principal, deleteAccess(input.Bucket, Key, VersionId));
      if (denial !== undefined) {
        Errors.push({ ...named, Code: 'AccessDenied', Message: denial });
        continue;
      }
      try {
        Deleted.push(remove(world, input.Bucket, Key, VersionId));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        // A version that is gone already counts as deleted.
        if (error.name === 'NoSuchVersion') Deleted.push(named);
        else Errors.push({ ...named, Code: error.name, Message: error.message });
      }
    }
    return { ...(!Quiet && Deleted.length > 0 && { Deleted }), ...(Errors.length > 0 && { Errors }) };
  },
});

function deleteAccess(Bucket: string, Key: string, versionId: string | undefined): Access {
  return versionId === undefined
    ? objectAccess('DeleteObject', { Bucket, Key })
    : objectAccess('DeleteObjectVersion', { Bucket, Key }, { 's3:VersionId': versionId });
}

/** Deletes one version for good, or hides the object behind a marker; what is absent counts as deleted. */
function remove(world: World, bucketName: string, key: string, versionId: string | undefined): DeletedObject {
  const bucket = bucketNamed(world, bucketName);
  if (versionId !== undefined) {
    const version = versionNamed(world, bucketName, key, versionId);
    removeVersion(world, bucketName, key, version);
    return { Key: key, VersionId: versionId, ...(version.isDeleteMarker && { DeleteMarker: true }) };
  }
  if (bucket.versioning === undefined) {
    const [only] = versionsOf(world, bucketName, key);
    if (only) removeVersion(world, bucketName, key, only);
    return { Key: key };
  }
  const marker = addVersion(world, bucket, key, {
    isDeleteMarker: true,
    versionId: nullVersion,
    modifiedAt: nowOf(world),
  });
  return { Key: key, DeleteMarker: true, DeleteMarkerVersionId: marker.versionId };
}
