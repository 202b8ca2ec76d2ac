import type { Service } from '../operation.ts';
import * as batchOperations from './batchOperations.ts';
import * as itemOperations from './itemOperations.ts';
import * as query from './query.ts';
import * as scan from './scan.ts';
import * as tableOperations from './tableOperations.ts';
import * as tableSettingOperations from './tableSettingOperations.ts';
import * as transactionOperations from './transactionOperations.ts';

/** Median time of an item operation (estimated, as for the other services). */
const latencyMilliseconds = 5;

/** Amazon DynamoDB. */
export const dynamodb: Service = {
  name: 'dynamodb',
  operations: {
    ...batchOperations,
    ...itemOperations,
    ...query,
    ...scan,
    ...tableOperations,
    ...tableSettingOperations,
    ...transactionOperations,
  },
  errors: {
    missingParameter: 'ValidationException',
    invalidParameter: 'ValidationException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  latencyOf: () => latencyMilliseconds,
};
