import type { DescribeLoadBalancersOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ec2 } from '../../../../local/cloud/ec2/service.ts';
import { elasticLoadBalancing } from '../../../../local/cloud/elasticLoadBalancing/service.ts';
import type { Access } from '../../../../local/cloud/operation.ts';
import { testCloud } from '../../../support/testWorld.ts';
import { aNetwork } from '../ec2Network/network.ts';

async function watchedBalancers() {
  const asked: Access[] = [];
  const watch = { allowed: (_: unknown, access: Access) => void asked.push(access) };
  const cloud = testCloud([ec2, elasticLoadBalancing], { observers: [watch] });
  const network = await aNetwork(cloud);
  const create = async (Name: string, more: object = {}) => {
    asked.length = 0;
    const request = { Name, Type: 'network', Scheme: 'internal', Subnets: [network.subnetId], ...more };
    const created = await cloud.call<DescribeLoadBalancersOutput>('elasticloadbalancing:CreateLoadBalancer', request);
    return created.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  };
  const actions = (service: string) =>
    asked.map(({ action }) => action).filter((action) => action.startsWith(`${service}:`));
  return { cloud, create, asked, actions };
}

const tag = { Key: 'kubestep/cluster', Value: 'demo' };

test("only the account's first balancer needs the right to make the service-linked role", async () => {
  const { create, actions } = await watchedBalancers();
  await create('first');
  expect(actions('iam')).toEqual(['iam:CreateServiceLinkedRole']);
  await create('second');
  expect(actions('iam')).toEqual([]);
  expect(actions('elasticloadbalancing')).toEqual(['elasticloadbalancing:CreateLoadBalancer']);
});

test('creating a balancer needs every right to read EC2 that ELB uses on behalf of the caller', async () => {
  const { create, actions } = await watchedBalancers();
  await create('first');
  expect(actions('ec2').sort()).toEqual([
    'ec2:DescribeAccountAttributes',
    'ec2:DescribeAddresses',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
    'ec2:GetSecurityGroupsForVpc',
  ]);
});

test('a tagged balancer needs AddTags with the name of the create', async () => {
  const { create, asked } = await watchedBalancers();
  await create('first');
  await create('api', { Tags: [tag] });
  const ofBalancers = asked.filter(({ action }) => action.startsWith('elasticloadbalancing:'));
  expect(ofBalancers).toMatchObject([
    {
      action: 'elasticloadbalancing:CreateLoadBalancer',
      resource: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/api/*',
      context: { 'aws:RequestTag/kubestep/cluster': 'demo', 'elasticloadbalancing:Scheme': 'internal' },
    },
    {
      action: 'elasticloadbalancing:AddTags',
      context: { 'elasticloadbalancing:CreateAction': 'CreateLoadBalancer' },
    },
  ]);
});

test('a change shows IAM the tags of the balancer', async () => {
  const { cloud, create, asked } = await watchedBalancers();
  const LoadBalancerArn = await create('api', { Tags: [tag] });
  asked.length = 0;
  await cloud.call('elasticloadbalancing:SetSecurityGroups', { LoadBalancerArn, SecurityGroups: [] }).catch(() => {});
  expect(asked).toMatchObject([
    {
      action: 'elasticloadbalancing:SetSecurityGroups',
      resource: LoadBalancerArn,
      context: { 'aws:ResourceTag/kubestep/cluster': 'demo' },
    },
  ]);
});
