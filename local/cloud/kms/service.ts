import type { RequestBucket, Service } from '../operation.ts';
import { CreateAlias, DeleteAlias, ListAliases, UpdateAlias } from './aliases.ts';
import * as dataKeys from './dataKeys.ts';
import { Decrypt, Encrypt, ReEncrypt } from './encryption.ts';
import { CreateGrant, ListGrants, RetireGrant, RevokeGrant } from './grants.ts';
import * as keyOperations from './keyOperations.ts';
import { GetKeyPolicy, PutKeyPolicy } from './keyPolicies.ts';
import { ListResourceTags, TagResource, UntagResource } from './keyTags.ts';
import { GetPublicKey, Sign, Verify } from './signatures.ts';

/** Requests a second, by operation (source: KMS Developer Guide, "Request quotas"; signing is L-DC14942D, shared by Sign and Verify). */
const requestsPerSecond: Readonly<Record<string, readonly [bucket: string, perSecond: number]>> = {
  Sign: ['ecc', 1000],
  Verify: ['ecc', 1000],
  CreateKey: ['CreateKey', 5],
  CreateAlias: ['CreateAlias', 5],
  TagResource: ['TagResource', 10],
  GetPublicKey: ['GetPublicKey', 2000],
};

function bucketOf(operation: string): RequestBucket | undefined {
  const quota = requestsPerSecond[operation];
  if (!quota) return undefined;
  const [bucket, perSecond] = quota;
  return { name: `kms:${bucket}`, burst: perSecond, refillPerSecond: perSecond };
}

/** Estimated, at the median: one cryptographic request, one change of a key. */
const milliseconds = { use: 15, change: 60 };

/** KMS with real keys: what it signs, anyone can verify. */
export const kms: Service = {
  name: 'kms',
  operations: {
    CreateKey: keyOperations.CreateKey,
    DescribeKey: keyOperations.DescribeKey,
    ListKeys: keyOperations.ListKeys,
    EnableKey: keyOperations.EnableKey,
    DisableKey: keyOperations.DisableKey,
    ScheduleKeyDeletion: keyOperations.ScheduleKeyDeletion,
    CancelKeyDeletion: keyOperations.CancelKeyDeletion,
    ReplicateKey: keyOperations.ReplicateKey,
    EnableKeyRotation: keyOperations.EnableKeyRotation,
    GetKeyRotationStatus: keyOperations.GetKeyRotationStatus,
    TagResource,
    UntagResource,
    ListResourceTags,
    CreateAlias,
    UpdateAlias,
    DeleteAlias,
    ListAliases,
    PutKeyPolicy,
    GetKeyPolicy,
    CreateGrant,
    ListGrants,
    RevokeGrant,
    RetireGrant,
    Sign,
    Verify,
    GetPublicKey,
    GenerateDataKey: dataKeys.GenerateDataKey,
    GenerateDataKeyWithoutPlaintext: dataKeys.GenerateDataKeyWithoutPlaintext,
    GenerateDataKeyPair: dataKeys.GenerateDataKeyPair,
    GenerateDataKeyPairWithoutPlaintext: dataKeys.GenerateDataKeyPairWithoutPlaintext,
    GenerateRandom: dataKeys.GenerateRandom,
    Encrypt,
    Decrypt,
    ReEncrypt,
  },
  errors: {
    missingParameter: 'ValidationException',
    invalidParameter: 'ValidationException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  bucketOf,
  latencyOf: (operation) =>
    /^(Create|Put|Schedule|Cancel|Enable|Disable|Tag)/.test(operation) ? milliseconds.change : milliseconds.use,
};
