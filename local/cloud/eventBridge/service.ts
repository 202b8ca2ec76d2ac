import type { Service } from '../operation.ts';
import type { World } from '../world.ts';
import * as busOperations from './busOperations.ts';
import { defineDeliveryJobs } from './deliveryJobs.ts';
import * as putEvents from './putEvents.ts';
import * as ruleOperations from './ruleOperations.ts';

/** Median times of a read, a change and PutEvents (estimated, as for the other services). */
const milliseconds = { read: 150, change: 400, putEvents: 25 };

/** Amazon EventBridge: buses, rules and the delivery of events. */
export const eventBridge: Service = {
  name: 'events',
  operations: {
    ...busOperations,
    ...putEvents,
    ...ruleOperations,
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
  defineDeliveryJobs(world);
}
