import type { Service } from '../operation.ts';
import { DescribeScalingActivities } from './activityOperations.ts';
import { CreateAutoScalingGroup } from './createGroup.ts';
import { DescribeAutoScalingGroups } from './describeGroups.ts';
import { DeleteAutoScalingGroup, SetDesiredCapacity, UpdateAutoScalingGroup } from './groupOperations.ts';
import {
  CompleteLifecycleAction,
  DeleteLifecycleHook,
  DescribeLifecycleHooks,
  PutLifecycleHook,
  RecordLifecycleActionHeartbeat,
} from './hookOperations.ts';
import {
  DescribeAutoScalingInstances,
  DetachInstances,
  SetInstanceHealth,
  SetInstanceProtection,
  TerminateInstanceInAutoScalingGroup,
} from './memberOperations.ts';
import { EnableMetricsCollection, ResumeProcesses, SuspendProcesses } from './processOperations.ts';
import { CreateOrUpdateTags, DeleteTags, DescribeTags } from './tagOperations.ts';

/** Amazon EC2 Auto Scaling. AWS publishes no request rates for it. */
export const autoScaling: Service = {
  name: 'autoscaling',
  operations: {
    CreateAutoScalingGroup,
    UpdateAutoScalingGroup,
    DeleteAutoScalingGroup,
    SetDesiredCapacity,
    DescribeAutoScalingGroups,
    DescribeScalingActivities,
    PutLifecycleHook,
    DeleteLifecycleHook,
    DescribeLifecycleHooks,
    CompleteLifecycleAction,
    RecordLifecycleActionHeartbeat,
    TerminateInstanceInAutoScalingGroup,
    DetachInstances,
    SetInstanceProtection,
    SetInstanceHealth,
    DescribeAutoScalingInstances,
    SuspendProcesses,
    ResumeProcesses,
    EnableMetricsCollection,
    CreateOrUpdateTags,
    DeleteTags,
    DescribeTags,
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
