import { CreateAutoScalingGroupCommand, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { CreateLoadBalancerCommand, DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { putObjectOnce } from '../../../shared/aws/assetObjects.ts';
import { ensureAutoScalingGroup } from '../../../shared/aws/autoScalingGroups.ts';
import { resolveImages } from '../../../shared/aws/images.ts';
import { ensureLoadBalancer } from '../../../shared/aws/loadBalancers.ts';
import { autoScaling } from '../../../shared/clients/autoScaling.ts';
import { elasticLoadBalancing } from '../../../shared/clients/elasticLoadBalancing.ts';
import { s3 } from '../../../shared/clients/s3.ts';
import { ssm } from '../../../shared/clients/ssm.ts';
import { aBlueprint, aNodeGroup } from '../../support/aBlueprint.ts';

/** What AWS answered others, in its own words: our model would only say what we believe. */
const answer = (name: string, message: string): Error => Object.assign(new Error(message), { name });

const { cluster, loadBalancer } = aBlueprint();

describe('the creation of a node group', () => {
  const creation = (error: Error) => {
    const client = mockClient(autoScaling);
    client.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [] });
    client.on(CreateAutoScalingGroupCommand).rejects(error);
    return ensureAutoScalingGroup(cluster, aNodeGroup(), { templateId: 'lt-1', version: '1' }, ['subnet-1']);
  };

  // Sources: hashicorp/terraform-provider-aws#29866 and #5217.
  test.each([
    'You must use a valid fully-formed launch template. Value (demo-worker) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    'You must use a valid fully-formed launch template. The specified launch template, with template ID lt-1, does not exist.',
  ])('waits while Auto Scaling does not see what was just made: %s', async (message) => {
    await expect(creation(answer('ValidationError', message))).rejects.toMatchObject({ name: 'NotReady' });
  });

  test('ends with what is really invalid', async () => {
    const message = 'Max bound, 1, must be greater than or equal to min bound, 3';
    await expect(creation(answer('ValidationError', message))).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

test('a balancer waits until its VPC’s new internet gateway is seen', async () => {
  const client = mockClient(elasticLoadBalancing);
  client.on(DescribeLoadBalancersCommand).rejects(answer('LoadBalancerNotFoundException', 'not found'));
  client.on(CreateLoadBalancerCommand).rejects(answer('InvalidSubnetException', 'VPC vpc-1 has no internet gateway'));
  const place = { vpcId: 'vpc-1', subnetIds: ['subnet-1'], securityGroupId: 'sg-1' };
  await expect(ensureLoadBalancer(cluster, loadBalancer, place)).rejects.toMatchObject({ name: 'NotReady' });

  client
    .on(CreateLoadBalancerCommand)
    .rejects(answer('InvalidSubnetException', 'Not enough IP space available in subnet-1'));
  await expect(ensureLoadBalancer(cluster, loadBalancer, place)).rejects.toMatchObject({
    name: 'InvalidSubnetException',
  });
});

test('two runs that put the same object at once: the one that S3 turns away waits', async () => {
  const message = 'The conditional request cannot succeed due to a conflicting operation against this resource.';
  mockClient(s3).on(PutObjectCommand).rejects(answer('ConditionalRequestConflict', message));
  const putting = putObjectOnce({ bucket: 'bucket', key: 'key' }, Buffer.from('body'), 'ab'.repeat(32));
  await expect(putting).rejects.toMatchObject({ name: 'NotReady' });
});

test('a region without one of the images still offers the others', async () => {
  const Name = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-6.18-arm64';
  mockClient(ssm)
    .on(GetParametersCommand)
    .resolves({ Parameters: [{ Name, Value: 'ami-1' }], InvalidParameters: ['the others'] });
  expect(await resolveImages()).toEqual({ 'al2023/arm64': 'ami-1' });
});
