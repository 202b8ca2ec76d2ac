import type { Service } from '../operation.ts';
import { BatchGetItem, BatchWriteItem } from './batches.ts';
import { DeleteItem, GetItem, PutItem, UpdateItem } from './itemOperations.ts';
import { Query } from './query.ts';
import { Scan } from './scan.ts';
import { CreateTable, DeleteTable, DescribeTable, ListTables, UpdateTable } from './tableOperations.ts';
import {
  DescribeContinuousBackups,
  DescribeTimeToLive,
  UpdateContinuousBackups,
  UpdateTimeToLive,
} from './tableSettings.ts';
import { TransactGetItems, TransactWriteItems } from './transactions.ts';

/** Median time of an item operation (estimated, as for the other services). */
const latencyMilliseconds = 5;

/** Amazon DynamoDB. */
export const dynamodb: Service = {
  name: 'dynamodb',
  operations: {
    BatchGetItem,
    BatchWriteItem,
    CreateTable,
    DeleteItem,
    DeleteTable,
    DescribeContinuousBackups,
    DescribeTable,
    DescribeTimeToLive,
    GetItem,
    ListTables,
    PutItem,
    Query,
    Scan,
    TransactGetItems,
    TransactWriteItems,
    UpdateContinuousBackups,
    UpdateItem,
    UpdateTable,
    UpdateTimeToLive,
  },
  errors: {
    missingParameter: 'ValidationException',
    invalidParameter: 'ValidationException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  latencyOf: () => latencyMilliseconds,
};
