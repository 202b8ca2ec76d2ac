/**
 * Bundled as functions are and run by the test: sends one request with each of the product's clients to whatever endpoint
 * the environment names, and prints under which names these fail.
 */
import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { named } from '../../../shared/aws/errors.ts';
import { autoScaling } from '../../../shared/clients/autoScaling.ts';
import { dynamodb } from '../../../shared/clients/dynamodb.ts';
import { ec2 } from '../../../shared/clients/ec2.ts';
import { ec2Once } from '../../../shared/clients/ec2Once.ts';
import { elasticLoadBalancing } from '../../../shared/clients/elasticLoadBalancing.ts';
import { iam } from '../../../shared/clients/iam.ts';
import { kms } from '../../../shared/clients/kms.ts';
import { kmsOnce } from '../../../shared/clients/kmsOnce.ts';
import { lambda } from '../../../shared/clients/lambda.ts';
import { s3 } from '../../../shared/clients/s3.ts';
import { scheduler } from '../../../shared/clients/scheduler.ts';
import { serviceQuotas } from '../../../shared/clients/serviceQuotas.ts';
import { ssm } from '../../../shared/clients/ssm.ts';
import { stepFunctions } from '../../../shared/clients/stepFunctions.ts';
import { sts } from '../../../shared/clients/sts.ts';

const object = { Bucket: 'bucket', Key: 'key' };
const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:machine:run';

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  autoscaling: () => autoScaling.send(new DescribeAutoScalingGroupsCommand({})),
  dynamodb: () => dynamodb.send(new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'key' } } })),
  ec2: () => ec2.send(new DescribeVpcsCommand({})),
  ec2Once: () => ec2Once.send(new DescribeVpcsCommand({})),
  elasticloadbalancing: () => elasticLoadBalancing.send(new DescribeLoadBalancersCommand({})),
  iam: () => iam.send(new GetRoleCommand({ RoleName: 'role' })),
  kms: () => kms.send(new DescribeKeyCommand({ KeyId: 'alias/key' })),
  kmsOnce: () => kmsOnce.send(new DescribeKeyCommand({ KeyId: 'alias/key' })),
  lambda: () => lambda.send(new InvokeCommand({ FunctionName: 'function' })),
  s3: async () => (await s3.send(new GetObjectCommand(object))).Body?.transformToString(),
  's3 (HEAD)': () => s3.send(new HeadObjectCommand(object)),
  's3 (PUT)': () => s3.send(new PutObjectCommand({ ...object, Body: 'text', IfNoneMatch: '*' })),
  scheduler: () => scheduler.send(new ListSchedulesCommand({})),
  servicequotas: () => serviceQuotas.send(new ListServiceQuotasCommand({ ServiceCode: 'vpc' })),
  ssm: () => ssm.send(new GetParametersCommand({ Names: ['name'] })),
  states: () => stepFunctions.send(new DescribeExecutionCommand({ executionArn })),
  sts: () => sts.send(new GetCallerIdentityCommand({})),
};

/** What a call ended in. */
export interface FailedCall {
  /** The service whose answer it was. */
  readonly service: string;
  /** As the SDK names it. */
  readonly sdkName: string;
  /** As a state sees it. */
  readonly retriedAs: string;
}

const failed = async (client: string, call: () => Promise<unknown>): Promise<FailedCall> => {
  const service = client.replace(/Once$| .*$/, '');
  try {
    await call();
    return { service, sdkName: 'no error', retriedAs: 'no error' };
  } catch (error) {
    return { service, sdkName: (error as Error).name, retriedAs: (named(error) as Error).name };
  }
};

const ended = Object.entries(calls).map(async ([client, call]) => [client, await failed(client, call)] as const);
void Promise.all(ended).then((all) => console.log(JSON.stringify(Object.fromEntries(all))));
