import type { Service } from '../operation.ts';
import * as getAuthorizationToken from './getAuthorizationToken.ts';

/** Median time of one request (estimated, as for the other services). */
const latencyMilliseconds = 50;

/** Amazon ECR, as far as kubelets ask it. */
export const ecr: Service = {
  name: 'ecr',
  operations: {
    ...getAuthorizationToken,
  },
  errors: {
    missingParameter: 'InvalidParameterException',
    invalidParameter: 'InvalidParameterException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  latencyOf: () => latencyMilliseconds,
};
