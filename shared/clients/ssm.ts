import { SSMClient } from '@aws-sdk/client-ssm';

/** The region's Systems Manager. */
export const ssm = new SSMClient({});
