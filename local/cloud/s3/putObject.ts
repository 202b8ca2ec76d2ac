import { createHash } from 'node:crypto';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { type Encryption, encryptionOf } from './access.ts';
import { keepBody, readBody } from './bodies.ts';
import { bucketNamed } from './buckets.ts';
import { answeredWith, describedBy, type PutObjectInput, putAccess, putObjectInput } from './newObject.ts';
import { addVersion, currentObject, nullVersion, type ObjectVersion } from './objects.ts';

/** One PUT takes so much (source: S3 user guide, "Uploading objects"). */
const largestPutBytes = 5 * 1024 ** 3;
const longestKeyBytes = 1024;

export const PutObject = operation({
  input: putObjectInput,
  access: (world, request) => putAccess(world, request),
  run: async (world, request) => {
    bucketNamed(world, request.Bucket);
    refuseUnfitRequest(request);
    const bytes = await readBody(world, request.Body, request.ContentLength);
    const checksum = checkedBody(request, bytes);

    // Others may have written while a stream was read: conditions hold at the end, as in S3.
    const bucket = bucketNamed(world, request.Bucket);
    refuseUnmetConditions(request, currentObject(world, request.Bucket, request.Key));
    const encryption = encryptionOf(world, request);
    const version = addVersion(world, bucket, request.Key, {
      isDeleteMarker: false,
      versionId: nullVersion,
      modifiedAt: nowOf(world),
      body: keepBody(world, bytes),
      size: bytes.length,
      eTag: eTagOf(world, bytes, encryption),
      ...describedBy(request),
      encryption,
      ...(checksum !== undefined && { checksumSha256: checksum }),
    });
    return { ETag: version.eTag, ...answeredWith(version) };
  },
});

function refuseUnfitRequest(request: PutObjectInput): void {
  if (Buffer.byteLength(request.Key) > longestKeyBytes) throw new AwsError('KeyTooLongError', 'Your key is too long');
  if (request.SSEKMSKeyId !== undefined && request.ServerSideEncryption !== 'aws:kms') {
    throw new AwsError(
      'InvalidArgument',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    );
  }
  if (request.ChecksumSHA256 !== undefined && !/^[A-Za-z0-9+/]{43}=$/.test(request.ChecksumSHA256)) {
    throw new AwsError('InvalidRequest', 'Value for x-amz-checksum-sha256 header is invalid.');
  }
  if (request.IfNoneMatch !== undefined && request.IfNoneMatch !== '*') {
    throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501);
  }
}

/** Compares the bytes with what the request says of them; answers their checksum where one is wanted. */
function checkedBody(request: PutObjectInput, bytes: Uint8Array): string | undefined {
  if (request.ContentLength !== undefined && request.ContentLength !== bytes.length) {
    throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
  }
  if (bytes.length > largestPutBytes) {
    throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
  }
  const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest('base64');
  if (request.ContentMD5 !== undefined && request.ContentMD5 !== digest('md5')) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (request.ChecksumSHA256 === undefined && request.ChecksumAlgorithm === undefined) return undefined;
  const checksum = digest('sha256');
  if (request.ChecksumSHA256 !== undefined && request.ChecksumSHA256 !== checksum) {
    throw new AwsError('BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
  }
  return checksum;
}

function refuseUnmetConditions(request: PutObjectInput, current: ObjectVersion | undefined): void {
  const unmet = new AwsError(
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
    412,
  );
  if (request.IfNoneMatch === '*' && current) throw unmet;
  if (request.IfMatch === undefined) return;
  if (!current) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  if (request.IfMatch !== current.eTag && request.IfMatch !== current.eTag.replaceAll('"', '')) throw unmet;
}

/** The MD5 of the bytes, except under KMS, where it is nothing that a client could compute (source: API reference, Object). */
function eTagOf(world: World, bytes: Uint8Array, encryption: Encryption): string {
  if (encryption.algorithm === 'aws:kms') return `"${world.random.hex(32)}"`;
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
