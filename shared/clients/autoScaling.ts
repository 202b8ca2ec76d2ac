import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';

/** The region's EC2 Auto Scaling. */
export const autoScaling = new AutoScalingClient({});
