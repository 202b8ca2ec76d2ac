import type { RequestBucket, Service } from '../operation.ts';
import * as aliasOperations from './aliasOperations.ts';
import * as dataKeyOperations from './dataKeyOperations.ts';
import * as encryptionOperations from './encryptionOperations.ts';
import * as grantOperations from './grantOperations.ts';
import * as keyOperations from './keyOperations.ts';
import * as keyPolicyOperations from './keyPolicyOperations.ts';
import * as keyTagOperations from './keyTagOperations.ts';
import * as signatureOperations from './signatureOperations.ts';

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
    ...aliasOperations,
    ...dataKeyOperations,
    ...encryptionOperations,
    ...grantOperations,
    ...keyOperations,
    ...keyPolicyOperations,
    ...keyTagOperations,
    ...signatureOperations,
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
