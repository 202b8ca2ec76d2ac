import type { Service } from '../operation.ts';
import { AssumeRole, GetCallerIdentity } from './sessions.ts';

/** STS: temporary credentials of roles. */
export const sts: Service = {
  name: 'sts',
  operations: { AssumeRole, GetCallerIdentity },
  errors: {
    missingParameter: 'ValidationError',
    invalidParameter: 'ValidationError',
    accessDenied: 'AccessDenied',
    throttled: 'Throttling',
  },
  // Estimated: as long as a signature in KMS.
  latencyOf: () => 15,
};
