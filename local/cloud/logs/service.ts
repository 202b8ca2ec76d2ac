import type { Service } from '../operation.ts';
import * as logEventOperations from './logEventOperations.ts';
import * as logGroupOperations from './logGroupOperations.ts';

/** Median time of one request (estimated, as for the other services). */
const latencyMilliseconds = 50;

/** Amazon CloudWatch Logs. */
export const logs: Service = {
  name: 'logs',
  operations: {
    ...logEventOperations,
    ...logGroupOperations,
  },
  errors: {
    missingParameter: 'InvalidParameterException',
    invalidParameter: 'InvalidParameterException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  latencyOf: () => latencyMilliseconds,
};
