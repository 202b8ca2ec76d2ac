import { SchedulerClient } from '@aws-sdk/client-scheduler';

/** The region's EventBridge Scheduler. */
export const scheduler = new SchedulerClient({});
