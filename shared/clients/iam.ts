import { IAMClient } from '@aws-sdk/client-iam';

/** The account's IAM. */
export const iam = new IAMClient({});
