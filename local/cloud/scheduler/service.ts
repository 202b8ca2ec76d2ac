import type { Service } from '../operation.ts';
import type { World } from '../world.ts';
import { defineFiringJobs } from './firingJobs.ts';
import * as groupOperations from './groupOperations.ts';
import * as scheduleOperations from './scheduleOperations.ts';

/** Median times of a read and of a change (estimated, as for the other services). */
const milliseconds = { read: 150, change: 400 };

/** Amazon EventBridge Scheduler. */
export const scheduler: Service = {
  name: 'scheduler',
  operations: {
    ...groupOperations,
    ...scheduleOperations,
  },
  errors: {
    missingParameter: 'ValidationException',
    invalidParameter: 'ValidationException',
    accessDenied: 'AccessDeniedException',
    throttled: 'ThrottlingException',
  },
  latencyOf: (operation) => (/^(Get|List)/.test(operation) ? milliseconds.read : milliseconds.change),
};

/** What the scheduler does by itself later. Called once, when a world is put together. */
export function defineSchedulerJobs(world: World): void {
  defineFiringJobs(world);
}
