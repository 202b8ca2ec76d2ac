import { S3Client } from '@aws-sdk/client-s3';

/** The region's S3. */
export const s3 = new S3Client({});
