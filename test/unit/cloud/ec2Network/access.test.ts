import { ec2 } from '../../../../local/cloud/ec2/service.ts';
import type { Access } from '../../../../local/cloud/operation.ts';
import { testCloud } from '../../../support/testWorld.ts';
import { aNetwork } from './network.ts';

function watchedCloud() {
  const asked: Access[] = [];
  const cloud = testCloud([ec2], { observers: [{ allowed: (_, access) => void asked.push(access) }] });
  return { cloud, asked, actions: () => asked.map(({ action, resource }) => `${action} ${resource}`) };
}

const arn = (resource: string) => `arn:aws:ec2:us-east-1:123456789012:${resource}`;
const tagged = (ResourceType: string) => [{ ResourceType, Tags: [{ Key: 'kubestep/cluster', Value: 'demo' }] }];

test('creating with tags needs the create and CreateTags, both with the tags in the request', async () => {
  const { cloud, asked, actions } = watchedCloud();
  await cloud.call('CreateVpc', { CidrBlock: '10.0.0.0/16', TagSpecifications: tagged('vpc') });
  expect(actions()).toEqual([`ec2:CreateVpc ${arn('vpc/*')}`, `ec2:CreateTags ${arn('vpc/*')}`]);
  for (const { context } of asked) {
    expect(context).toMatchObject({ 'aws:RequestTag/kubestep/cluster': 'demo', 'aws:TagKeys': ['kubestep/cluster'] });
  }
  expect(asked[1]?.context).toMatchObject({ 'ec2:CreateAction': 'CreateVpc' });
});

test('a call on something that exists shows IAM its ARN and tags', async () => {
  const { cloud, asked } = watchedCloud();
  const { vpcId } = await aNetwork(cloud);
  await cloud.call('CreateTags', { Resources: [vpcId], Tags: [{ Key: 'team', Value: 'red' }] });
  asked.length = 0;
  await cloud.errorOf('DeleteVpc', { VpcId: vpcId });
  expect(asked).toMatchObject([
    {
      action: 'ec2:DeleteVpc',
      resource: arn(`vpc/${vpcId}`),
      context: { 'aws:ResourceTag/team': 'red', 'ec2:ResourceTag/team': 'red', 'ec2:VpcID': vpcId },
    },
  ]);
});

test('an interface needs rights on itself, its subnet and each of its groups', async () => {
  const { cloud, asked, actions } = watchedCloud();
  const { vpcId, subnetId: SubnetId, groupId } = await aNetwork(cloud);
  asked.length = 0;
  await cloud.call('CreateNetworkInterface', { SubnetId, Groups: [groupId] });
  expect(actions()).toEqual([
    `ec2:CreateNetworkInterface ${arn('network-interface/*')}`,
    `ec2:CreateNetworkInterface ${arn(`subnet/${SubnetId}`)}`,
    `ec2:CreateNetworkInterface ${arn(`security-group/${groupId}`)}`,
  ]);
  for (const { context } of asked) expect(context).toMatchObject({ 'ec2:Vpc': arn(`vpc/${vpcId}`) });
});

test('a role without rights is refused in the words of EC2, and nothing happened', async () => {
  const { cloud } = watchedCloud();
  const { vpcId } = await aNetwork(cloud);
  const nobody = {
    kind: 'role',
    roleArn: 'arn:aws:iam::123456789012:role/nobody',
    roleId: 'AROA0123456789NOBODY',
    sessionName: 'test',
  } as const;
  const refused = await cloud.callAs(nobody, 'DeleteVpc', { VpcId: vpcId }).catch((error: Error) => error);
  expect(refused).toMatchObject({ name: 'UnauthorizedOperation' });
  await cloud.world.clock.advance({ seconds: 5 });
  await cloud.call('DescribeVpcs', { VpcIds: [vpcId] });
});

test.each([
  ['CreateTags', { Tags: [{ Key: 'aws:team', Value: 'red' }] }, 'InvalidParameterValue'],
  ['CreateTags', { Tags: [{ Key: 'k'.repeat(129), Value: 'red' }] }, 'InvalidParameterValue'],
  ['CreateTags', { Tags: [] }, 'MissingParameter'],
  [
    'CreateTags',
    { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' })) },
    'TagLimitExceeded',
  ],
])('%s refuses %j', async (operation, input, name) => {
  const { cloud } = watchedCloud();
  const { vpcId } = await aNetwork(cloud);
  expect((await cloud.errorOf(operation, { Resources: [vpcId], ...input })).name).toBe(name);
});

test('tags of a type that the call does not make are refused', async () => {
  const { cloud } = watchedCloud();
  const request = { CidrBlock: '10.0.0.0/16', TagSpecifications: tagged('subnet') };
  expect((await cloud.errorOf('CreateVpc', request)).name).toBe('InvalidParameterValue');
});

test('DescribeTags finds what was tagged, and nothing after DeleteTags', async () => {
  const { cloud } = watchedCloud();
  const { vpcId, subnetId } = await aNetwork(cloud);
  const Tags = [{ Key: 'team', Value: 'red' }];
  await cloud.call('CreateTags', { Resources: [vpcId, subnetId], Tags });
  const find = () => cloud.call('DescribeTags', { Filters: [{ Name: 'key', Values: ['te*'] }] });
  expect(await find()).toMatchObject({
    Tags: [
      { ResourceId: vpcId, ResourceType: 'vpc', Key: 'team', Value: 'red' },
      { ResourceId: subnetId, ResourceType: 'subnet', Key: 'team', Value: 'red' },
    ],
  });
  await cloud.call('DeleteTags', { Resources: [vpcId, subnetId], Tags: [{ Key: 'team', Value: 'blue' }] });
  expect(await find()).toMatchObject({ Tags: [{}, {}] });
  await cloud.call('DeleteTags', { Resources: [vpcId, subnetId], Tags: [{ Key: 'team' }] });
  expect(await find()).toMatchObject({ Tags: [] });
});
