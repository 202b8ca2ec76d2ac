import type { Service } from '../operation.ts';
import * as sessionOperations from './sessionOperations.ts';

/** STS: temporary credentials of roles. */
export const sts: Service = {
  name: 'sts',
  operations: {
    ...sessionOperations,
  },
  errors: {
    missingParameter: 'ValidationError',
    invalidParameter: 'ValidationError',
    accessDenied: 'AccessDenied',
    throttled: 'Throttling',
  },
  // Estimated: as long as a signature in KMS.
  latencyOf: () => 15,
};
