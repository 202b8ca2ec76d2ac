import { EC2Client } from '@aws-sdk/client-ec2';

/** The region's EC2, for networks and machines. */
export const ec2 = new EC2Client({});
