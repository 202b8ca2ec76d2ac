import { KMSClient } from '@aws-sdk/client-kms';

/** For CreateKey, which has no token and cannot be undone for a week: sent once, as those of `ec2Once`. */
export const kmsOnce = new KMSClient({ maxAttempts: 1 });
