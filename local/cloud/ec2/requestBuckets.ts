import type { RequestBucket } from '../operation.ts';

const bucket = (name: string, burst: number, refillPerSecond: number): RequestBucket => ({
  name: `ec2.${name}`,
  burst,
  refillPerSecond,
});

/** Operations with a bucket of their own (source: EC2 API reference, "Request throttling"; default quotas of us-east-1). */
const own = new Map(
  [
    bucket('RunInstances', 5, 2),
    bucket('TerminateInstances', 100, 5),
    bucket('CreateTags', 100, 10),
    bucket('CreateLaunchTemplateVersion', 100, 5),
    bucket('CreateVolume', 100, 5),
    bucket('CreateNatGateway', 10, 1),
    bucket('CreateVpcEndpoint', 4, 0.3),
    bucket('AssociateIamInstanceProfile', 100, 5),
  ].map((each) => [each.name.slice('ec2.'.length), each]),
);

const nonMutating = bucket('nonMutating', 100, 20);
const mutating = bucket('mutating', 50, 5);
const resourceIntensive = bucket('resourceIntensive', 50, 5);

/** Source: EC2 API reference, "Request throttling": calls that cost EC2 the most, besides those with a bucket of their own. */
const intensive = new Set([
  'AuthorizeSecurityGroupIngress',
  'CancelSpotInstanceRequests',
  'CreateKeyPair',
  'RequestSpotInstances',
  'RevokeSecurityGroupIngress',
]);

/** The bucket that an operation draws from. */
export function bucketOf(operation: string): RequestBucket {
  if (/^(Describe|Get|Search|List)/.test(operation)) return nonMutating;
  return own.get(operation) ?? (intensive.has(operation) ? resourceIntensive : mutating);
}
