import type { Service } from '../operation.ts';
import { FilterLogEvents, GetLogEvents, PutLogEvents } from './logEvents.ts';
import {
  CreateLogGroup,
  CreateLogStream,
  DeleteLogGroup,
  DescribeLogGroups,
  DescribeLogStreams,
  PutRetentionPolicy,
} from './logGroups.ts';

/** Median time of one request (estimated, as for the other services). */
const latencyMilliseconds = 50;

/** Amazon CloudWatch Logs. */
export const logs: Service = {
  name: 'logs',
  operations: {
    CreateLogGroup,
    CreateLogStream,
    DeleteLogGroup,
    DescribeLogGroups,
    DescribeLogStreams,
    FilterLogEvents,
    GetLogEvents,
    PutLogEvents,
    PutRetentionPolicy,
  },
  errors: {
    missingParameter: 'InvalidParameterException',
    invalidParameter: 'InvalidParameterException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  latencyOf: () => latencyMilliseconds,
};
