import { STSClient } from '@aws-sdk/client-sts';

/** The region's Security Token Service. */
export const sts = new STSClient({});
