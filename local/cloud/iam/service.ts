import type { Service } from '../operation.ts';
import * as createServiceLinkedRole from './createServiceLinkedRole.ts';
import * as instanceProfileOperations from './instanceProfileOperations.ts';
import * as openIdConnectProviderOperations from './openIdConnectProviderOperations.ts';
import * as policyOperations from './policyOperations.ts';
import * as policyVersionOperations from './policyVersionOperations.ts';
import * as roleOperations from './roleOperations.ts';
import * as rolePolicyOperations from './rolePolicyOperations.ts';

/** Request times (source: facts on AWS's delays, Describe and mutate at the median). */
const milliseconds = { read: 150, write: 400 };

/** IAM: roles, their policies and what carries them. */
export const iam: Service = {
  name: 'iam',
  operations: {
    ...createServiceLinkedRole,
    ...instanceProfileOperations,
    ...openIdConnectProviderOperations,
    ...policyOperations,
    ...policyVersionOperations,
    ...roleOperations,
    ...rolePolicyOperations,
  },
  errors: {
    missingParameter: 'ValidationError',
    invalidParameter: 'ValidationError',
    accessDenied: 'AccessDenied',
    throttled: 'Throttling',
  },
  latencyOf: (operation) => (/^(Get|List)/.test(operation) ? milliseconds.read : milliseconds.write),
};
