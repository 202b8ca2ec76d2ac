import { arnOf } from '../../cloud/world.ts';
import { administratorCalls } from '../administrator.ts';
import type { Deployer } from '../deploy.ts';

export const deployTable: Deployer = async (resource, cloud) => {
  if (resource.existing) return resource.existing;
  const { PointInTimeRecoverySpecification, SSESpecification, TableName, ...rest } = resource.properties;
  const { SSEEnabled: Enabled } = (SSESpecification ?? {}) as { SSEEnabled?: boolean };
  const call = administratorCalls(cloud, 'dynamodb');
  await call('CreateTable', { TableName, ...rest, ...(Enabled && { SSESpecification: { Enabled } }) });
  if (PointInTimeRecoverySpecification) {
    await call('UpdateContinuousBackups', { TableName, PointInTimeRecoverySpecification });
  }
  return { ref: String(TableName), attributes: { Arn: arnOf(cloud.world, 'dynamodb', `table/${TableName}`) } };
};

export const deployBucket: Deployer = async (resource, cloud) => {
  if (resource.existing) return resource.existing;
  const properties = resource.properties as Record<string, object | undefined>;
  const Bucket = String(
    properties['BucketName'] ?? `kubestep-${resource.logicalId.toLowerCase()}-${cloud.world.random.hex(12)}`,
  );
  const call = administratorCalls(cloud, 's3');
  await call('CreateBucket', { Bucket });
  const { VersioningConfiguration, PublicAccessBlockConfiguration } = properties;
  if (VersioningConfiguration) await call('PutBucketVersioning', { Bucket, VersioningConfiguration });
  if (PublicAccessBlockConfiguration) await call('PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration });
  return { ref: Bucket, attributes: { Arn: `arn:aws:s3:::${Bucket}`, DomainName: `${Bucket}.s3.amazonaws.com` } };
};

export const deployBucketPolicy: Deployer = async (resource, cloud) => {
  const { Bucket, PolicyDocument } = resource.properties;
  await administratorCalls(cloud, 's3')('PutBucketPolicy', { Bucket, Policy: JSON.stringify(PolicyDocument) });
  return { ref: resource.logicalId, attributes: {} };
};

export const deployLogGroup: Deployer = async (resource, cloud) => {
  const { LogGroupName, RetentionInDays } = resource.properties;
  const physical = {
    ref: String(LogGroupName),
    attributes: { Arn: arnOf(cloud.world, 'logs', `log-group:${LogGroupName}:*`) },
  };
  if (resource.existing) return physical;
  const call = administratorCalls(cloud, 'logs');
  await call('CreateLogGroup', { logGroupName: LogGroupName });
  if (RetentionInDays)
    await call('PutRetentionPolicy', { logGroupName: LogGroupName, retentionInDays: RetentionInDays });
  return physical;
};
