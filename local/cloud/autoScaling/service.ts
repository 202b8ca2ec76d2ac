import type { Service } from '../operation.ts';
import * as activityOperations from './activityOperations.ts';
import * as createAutoScalingGroup from './createAutoScalingGroup.ts';
import * as describeAutoScalingGroups from './describeAutoScalingGroups.ts';
import * as groupOperations from './groupOperations.ts';
import * as hookOperations from './hookOperations.ts';
import * as memberOperations from './memberOperations.ts';
import * as processOperations from './processOperations.ts';
import * as tagOperations from './tagOperations.ts';

/** Amazon EC2 Auto Scaling. AWS publishes no request rates for it. */
export const autoScaling: Service = {
  name: 'autoscaling',
  operations: {
    ...activityOperations,
    ...createAutoScalingGroup,
    ...describeAutoScalingGroups,
    ...groupOperations,
    ...hookOperations,
    ...memberOperations,
    ...processOperations,
    ...tagOperations,
  },
  errors: {
    missingParameter: 'ValidationError',
    invalidParameter: 'ValidationError',
    accessDenied: 'AccessDenied',
    throttled: 'Throttling',
  },
  latencyOf: (operation) => (operation.startsWith('Describe') ? describeMilliseconds : changeMilliseconds),
};

/** Estimated medians of one request. */
const describeMilliseconds = 150;
const changeMilliseconds = 400;
