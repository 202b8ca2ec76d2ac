import type { Service } from '../operation.ts';
import type { World } from '../world.ts';
import {
  CreateEventBus,
  DeleteEventBus,
  DescribeEventBus,
  ListEventBuses,
  PutPermission,
  RemovePermission,
} from './buses.ts';
import { defineDeliveryJob } from './delivery.ts';
import { PutEvents } from './putEvents.ts';
import {
  DeleteRule,
  DescribeRule,
  DisableRule,
  EnableRule,
  ListRules,
  ListTargetsByRule,
  PutRule,
  PutTargets,
  RemoveTargets,
} from './ruleOperations.ts';

/** Median times of a read, a change and PutEvents (estimated, as for the other services). */
const milliseconds = { read: 150, change: 400, putEvents: 25 };

/** Amazon EventBridge: buses, rules and the delivery of events. */
export const eventBridge: Service = {
  name: 'events',
  operations: {
    CreateEventBus,
    DeleteEventBus,
    DeleteRule,
    DescribeEventBus,
    DescribeRule,
    DisableRule,
    EnableRule,
    ListEventBuses,
    ListRules,
    ListTargetsByRule,
    PutEvents,
    PutPermission,
    PutRule,
    PutTargets,
    RemovePermission,
    RemoveTargets,
  },
  errors: {
    missingParameter: 'ValidationException',
    invalidParameter: 'ValidationException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  latencyOf: (operation) => {
    if (operation === 'PutEvents') return milliseconds.putEvents;
    return /^(Describe|List)/.test(operation) ? milliseconds.read : milliseconds.change;
  },
};

/** What EventBridge does by itself later. Called once, when a world is put together. */
export function defineEventBridgeJobs(world: World): void {
  defineDeliveryJob(world);
}
