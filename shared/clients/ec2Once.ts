import { EC2Client } from '@aws-sdk/client-ec2';

/**
 * For creates that have no ClientToken: a request whose answer was lost would create a second thing when the SDK sends it
 * again by itself. This client sends it once; the state's next try looks before it creates.
 */
export const ec2Once = new EC2Client({ maxAttempts: 1 });
