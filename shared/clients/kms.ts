import { KMSClient } from '@aws-sdk/client-kms';

/** The region's KMS. */
export const kms = new KMSClient({});
